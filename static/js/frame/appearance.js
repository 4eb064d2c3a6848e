/**
 * Language and light: choices of this reader on this screen, kept in the browser.
 * @module
 */
import { h, icon, mark, redraw } from "../lib/dom.js";
import { LANGUAGES, keep } from "../lib/i18n.js";

const THEMES = /** @type {const} */ (["auto", "light", "dark"]);

/** @param {import("../lib/i18n.js").Voice} voice @returns {HTMLElement[]} */
export const appearance = (voice) => [languageChoice(voice), themeButton(voice)];

/** @param {import("../lib/i18n.js").Voice} voice */
function languageChoice(voice) {
  const options = Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === voice.language }, name));
  const select = h("select", { "aria-label": voice.t("frame.language") }, ...options);
  select.addEventListener("change", () => {
    keep(select.value);
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    if (address.href === location.href) location.reload();
    else location.replace(address);
  });
  return h("span", { class: "language" }, icon("language"), select);
}

/** @param {import("../lib/i18n.js").Voice} voice */
function themeButton(voice) {
  const root = document.documentElement;
  const drawn = icon("auto");
  const button = h("button", { type: "button", class: "button quiet round" }, drawn);
  const draw = () => {
    const theme = root.dataset.theme ?? "auto";
    const label = voice.t(`theme.${theme}`);
    redraw(drawn, theme);
    mark(button, "aria-label", label);
    mark(button, "title", label);
  };
  button.addEventListener("click", () => {
    const at = THEMES.findIndex((theme) => theme === root.dataset.theme);
    root.dataset.theme = THEMES[(at + 1) % THEMES.length];
    try {
      localStorage.setItem("theme", root.dataset.theme ?? "auto");
    } catch {
      // storage is off: the choice lasts as long as the page
    }
    draw();
  });
  draw();
  return button;
}
