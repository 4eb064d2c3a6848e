/**
 * A mail nobody asked for: to somebody new, or to a customer.
 * @module
 */
import { post } from "../lib/api.js";
import { Unfinished, ask } from "../lib/dialog.js";
import { h } from "../lib/dom.js";

/** @typedef {{ to: string, subject: string, text: string }} Begun */

/** What was begun and put away, each for whom it was begun: it is there again when the question is asked again. @type {Map<string, Begun>} */
const kept = new Map();

/** @param {import("../board/page.js").Context} context @param {string} address of whom it goes to; nothing: to be typed */
export function askNewMail({ voice, store, notices }, address) {
  const boxes = store.now().board?.mail.mailboxes ?? [];
  const begun = kept.get(address) ?? { to: address, subject: "", text: "" };
  const to = h("input", { id: "new-to", name: "to", type: "text", inputmode: "email", autocomplete: "off", dir: "auto", value: begun.to });
  const subject = h("input", { id: "new-subject", name: "subject", type: "text", autocomplete: "off", dir: "auto", value: begun.subject });
  const text = h("textarea", { id: "new-text", name: "text", rows: 9, dir: "auto" }, begun.text);
  const from = h("select", { id: "new-from", name: "mailbox" }, ...boxes.map((one) => h("option", { value: one.id }, one.id)));
  const field = (/** @type {HTMLElement} */ control, /** @type {string} */ key) => h("div", { class: "field" }, h("label", { for: control.id }, voice.t(key)), control);
  for (const control of [to, subject, text]) control.addEventListener("input", () => kept.set(address, { to: to.value, subject: subject.value, text: text.value }));
  ask(voice, {
    title: voice.t("mail.new_title"),
    confirm: voice.t("mail.reply_send"),
    content: [boxes.length > 1 ? field(from, "mail.new_from") : h("span"), field(to, "mail.new_to"), field(subject, "mail.new_subject"), field(text, "mail.new_text")],
    async submit() {
      const addresses = to.value.split(/[,;\s]+/).filter(Boolean);
      if (addresses.length === 0) throw new Unfinished(voice.t("mail.new_nobody"));
      if (!text.value.trim()) throw new Unfinished(voice.t("mail.nothing_written"));
      const mailbox = boxes.length > 1 ? { mailbox: from.value } : {};
      const { conversation } = await post("/conversations", { ...mailbox, to: addresses, subject: subject.value.trim(), text: text.value });
      kept.delete(address);
      location.hash = `#/mail/${conversation}`;
      setTimeout(() => notices.tell(voice.t("mail.reply_done")));
    },
  });
}
