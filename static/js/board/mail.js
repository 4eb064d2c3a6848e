/**
 * The shared mailbox at a glance: what nobody has, since when, and what is late.
 * @module
 */
import { h, icon, mark, say } from "../lib/dom.js";

/**
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function mailCard({ voice }) {
  const since = document.createElement("fd-elapsed");
  const none = h("span", null, "–");
  const figures = { nobodys: h("dd"), oldest: h("dd", null, since, none), overdue: h("dd") };
  const list = h("dl", { class: "figures" }, ...Object.entries(figures).map(([key, dd]) => h("div", null, h("dt", null, voice.t(`mail.figure_${key}`)), dd)));
  const root = h("section", { class: "card group", "aria-labelledby": "mail-title" },
    h("header", null, icon("mail"), h("h2", { id: "mail-title" }, h("a", { href: "#/mail" }, voice.t("mail.title")))), list);
  return {
    root,
    show({ mail }) {
      root.hidden = mail.mailboxes.length === 0;
      say(figures.nobodys, voice.number(mail.unassigned));
      root.classList.toggle("busy", mail.unassigned > 0);
      since.hidden = !mail.oldest_at;
      none.hidden = Boolean(mail.oldest_at);
      mark(since, "since", mail.oldest_at);
      say(figures.overdue, voice.number(mail.overdue));
      mark(figures.overdue, "class", mail.overdue > 0 ? "low" : null);
    },
  };
}
