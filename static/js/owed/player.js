/**
 * A message to listen to, in the browser's own player: known to every hand, keyboard and screen reader.
 * @module
 */
import { h } from "../lib/dom.js";

/** @param {string} contact @param {string} savedAt @param {import("../lib/i18n.js").Voice} voice */
export function messagePlayer(contact, savedAt, voice) {
  const trouble = h("p", { class: "small wrong", role: "alert", hidden: true }, voice.t("owed.no_sound"));
  const player = h("audio", { controls: true, preload: "none", src: `/api/v1/voicemails/${encodeURIComponent(contact)}/audio`, "aria-label": voice.t("owed.play", { time: voice.moment(savedAt) }) });
  player.addEventListener("error", () => (trouble.hidden = false));
  player.addEventListener("playing", () => {
    trouble.hidden = true;
    for (const other of document.querySelectorAll("audio")) if (other !== player) other.pause();
  });
  return h("div", { class: "player" }, player, trouble);
}
