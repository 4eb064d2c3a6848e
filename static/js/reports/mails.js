/**
 * The day's figures of the shared mailbox, and the mails behind one of them.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, mark, rows, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { conversationRow } from "../mail/row.js";
import { figureCard } from "./figures.js";

/** More of them nobody reads here; the mailbox has its search. */
const SHOWN_MAX = 50;

/** @param {readonly Api.MailFigure[]} figures @param {import("../board/page.js").Context} context */
export function mailFigures(figures, context) {
  const { voice } = context;
  const list = h("div");
  /** @type {string | null} */
  let chosen = null;
  const cards = figures.map((figure) => figureCard(figure, voice, (id) => pick(id === chosen ? null : id), "figure.mails"));
  /** @param {string | null} id */
  function pick(id) {
    chosen = id;
    cards.forEach((card, i) => card.press(figures[i]?.id === id));
    const figure = figures.find((one) => one.id === id);
    swap(list, figure && behind(figure, context, () => chosen === id));
    list.querySelector("h2")?.focus();
  }
  return h("div", { class: "mail-figures" }, h("ul", { class: "figure-cards", "aria-label": voice.t("day.mail_figures") }, ...cards.map((card) => card.root)), list);
}

/** @param {Api.MailFigure} figure @param {import("../board/page.js").Context} context @param {() => boolean} isWanted */
function behind(figure, context, isWanted) {
  const { voice } = context;
  const [state, list] = [h("div", null, h("p", { class: "soft" }, voice.t("day.loading"))), h("ol", { class: "list mails" })];
  const update = rows(list, (/** @type {Api.Conversation} */ one) => one.id, () => conversationRow(context));
  const fetchAll = async () => {
    try {
      /** @type {Api.Conversation[]} */
      const found = [];
      for (const id of figure.conversations.slice(0, SHOWN_MAX)) {
        found.push(await get(`/conversations/${encodeURIComponent(id)}`));
        if (!isWanted()) return;
        update(found);
      }
      swap(state, found.length === 0 && h("p", { class: "empty" }, voice.t("day.no_mails")));
    } catch (error) {
      if (isWanted()) swap(state, failure(error, voice, fetchAll));
    }
  };
  void fetchAll();
  const title = h("h2", { id: "mails-title", tabindex: "-1" }, voice.t("day.mails_behind", { figure: voice.has(`figure.${figure.id}`) ? voice.t(`figure.${figure.id}`) : figure.id }));
  const count = h("span", { class: "count" }, voice.number(figure.n));
  mark(count, "aria-hidden", "true");
  return h("section", { class: "card", "aria-labelledby": "mails-title" }, h("header", null, icon("mail"), title, count), state, list);
}
