/**
 * What went wrong while a page was fetched, and the way to try again.
 * @module
 */
import { sentence } from "./api.js";
import { h, icon } from "./dom.js";

/** @param {unknown} error @param {import("./i18n.js").Voice} voice @param {() => void} again */
export const failure = (error, voice, again) =>
  h("div", { class: "notice bad", role: "alert" }, icon("alarm"), h("p", null, sentence(error, voice.t, voice.has)),
    h("button", { type: "button", class: "button", onclick: again }, voice.t("action.again")));
