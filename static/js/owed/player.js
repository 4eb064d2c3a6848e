/**
 * A message, or what a call back is about, to listen to in the browser's own player: known to every hand, keyboard and screen reader.
 * @module
 */
import { h } from "../lib/dom.js";

/** @param {string} contact @param {string} savedAt @param {import("../lib/i18n.js").Voice} voice */
export const messagePlayer = (contact, savedAt, voice) => player(`/api/v1/voicemails/${encodeURIComponent(contact)}/audio`, voice.t("owed.play", { time: voice.moment(savedAt) }), voice);

/** @param {Api.Matter} matter @param {import("../lib/i18n.js").Voice} voice */
export const matterPlayer = (matter, voice) => player(matter.audio, voice.t("owed.play_matter"), voice);

/** @param {string} src @param {string} name @param {import("../lib/i18n.js").Voice} voice */
function player(src, name, voice) {
  const trouble = h("p", { class: "small wrong", role: "alert", hidden: true }, voice.t("owed.no_sound"));
  const sound = h("audio", { controls: true, preload: "none", src, "aria-label": name });
  sound.addEventListener("error", () => (trouble.hidden = false));
  sound.addEventListener("playing", () => {
    trouble.hidden = true;
    for (const other of document.querySelectorAll("audio")) if (other !== sound) other.pause();
  });
  return h("div", { class: "player" }, sound, trouble);
}
