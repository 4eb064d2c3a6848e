/**
 * A question in a native dialog: it closes when the answer was taken, and stays with the reason when not.
 * @module
 */
import { press } from "./act.js";
import { sentence } from "./api.js";
import { h, icon, swap } from "./dom.js";

let titles = 0;

/**
 * @param {import("./i18n.js").Voice} voice
 * @param {{ title: string, confirm: string, tone?: "main" | "end", content: Node[], submit: (data: FormData) => Promise<void>, closed?: () => void }} question
 */
export function ask(voice, { title, confirm, tone = "main", content, submit, closed }) {
  const heading = h("h2", { id: `dialog-${++titles}` }, title);
  const refusal = h("div", { role: "alert" });
  const send = h("button", { type: "submit", class: `button ${tone}` }, confirm);
  const cancel = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, voice.t("action.cancel"));
  const form = h("form", { novalidate: true }, heading, ...content, refusal, h("div", { class: "buttons" }, cancel, send));
  const dialog = h("dialog", { "aria-labelledby": heading.id }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(
      send,
      async () => {
        await submit(new FormData(form));
        dialog.close();
      },
      (error) => swap(refusal, h("p", { class: "notice bad" }, icon("alarm"), h("span", null, explain(error, voice)))),
    );
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed?.();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * One of several answers, as wide as a finger.
 * @param {string} name @param {string} value @param {boolean} checked @param {string} text
 */
export const radio = (name, value, checked, text) => h("label", { class: "choice" }, h("input", { type: "radio", name, value, checked }), h("span", { dir: "auto" }, text));

/** A refusal of the form itself, already in the reader's words. */
export class Unfinished extends Error {}

/** @param {unknown} error @param {import("./i18n.js").Voice} voice */
function explain(error, voice) {
  return error instanceof Unfinished ? error.message : sentence(error, voice.t, voice.has);
}
