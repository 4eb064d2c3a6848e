// Light, dark or as the device says; runs before the first paint, so nothing flashes.
(() => {
  const root = document.documentElement;
  const wanted = () => {
    try {
      return localStorage.getItem("theme") ?? "auto";
    } catch {
      return "auto"; // storage is off
    }
  };
  root.dataset.theme = wanted();
  addEventListener("storage", () => (root.dataset.theme = wanted()));
})();
