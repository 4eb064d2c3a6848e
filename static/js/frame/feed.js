/**
 * The strip that says how old the picture is, or that a newer program waits.
 * @module
 */
import { h, icon, swap } from "../lib/dom.js";

/**
 * @param {import("../lib/store.js").Store<import("../board/page.js").State>} store
 * @param {import("../lib/i18n.js").Voice} voice
 */
export function feedStrip(store, voice) {
  const root = h("div", { class: "feed" });
  const first = store.now().version;
  const draw = () => {
    const { lost, board, version } = store.now();
    document.documentElement.toggleAttribute("data-lost", lost);
    if (lost) {
      const text = board ? voice.t("feed.lost", { time: voice.time(board.now) }) : voice.t("feed.none");
      swap(root, h("div", { class: "notice warm" }, icon("lost"), h("p", null, text)));
    } else if (version !== first) {
      const reload = h("button", { type: "button", class: "button", onclick: () => location.reload() }, voice.t("feed.reload"));
      swap(root, h("div", { class: "notice good" }, icon("available"), h("p", null, voice.t("feed.newer")), reload));
    } else swap(root);
  };
  store.watch((state) => `${state.lost} ${state.version}`, draw);
  return root;
}
