/**
 * The day page: a few plain figures, each with its formula in words and the calls behind it.
 * @module
 */
import { all, get, sentence } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { h, icon, swap } from "../lib/dom.js";
import { hoursFigure } from "./hours.js";
import { contactTable } from "./contacts.js";
import { figureCard } from "./figures.js";
import { mailFigures } from "./mails.js";
import { isDate, shift } from "./day-facts.js";

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @param {string} wanted
 * @returns {() => void}
 */
export function mount(root, context, wanted) {
  const { voice, store } = context;
  const today = voice.dateOf(now());
  const date = isDate(wanted) ? wanted : today;
  const body = h("div", { class: "day-body", "aria-live": "off" }, h("p", { class: "soft" }, voice.t("day.loading")));
  root.append(h("div", { class: "day" }, head(date, today, voice), body));
  let gone = false;
  /** @type {string | null} the figure whose calls are shown */
  let chosen = null;
  const refresh = async () => {
    try {
      const [day, contacts] = await fetchDay(date);
      if (gone) return;
      show(body, day, contacts, context, chosen, (id) => (chosen = id));
    } catch (error) {
      if (!gone) swap(body, h("p", { class: "notice bad", role: "alert" }, icon("alarm"), h("span", null, sentence(error, voice.t, voice.has))));
    }
  };
  // Today's figures move with the board: fetched again when a call ended, not at each tick.
  const moved = (/** @type {import("../board/page.js").State} */ { board }) =>
    date === today && board ? `${board.owed} ${board.groups.map((group) => `${group.answered_today}/${group.abandoned_today}`).join()}` : "";
  const stop = store.watch(moved, refresh);
  return () => {
    gone = true;
    stop();
  };
}

/** @param {string} date @returns {Promise<[Api.Day, Api.Contact[]]>} */
async function fetchDay(date) {
  /** @type {Api.Day} */
  const day = await get(`/reports/day?date=${date}`);
  const query = `from=${encodeURIComponent(day.from)}&to=${encodeURIComponent(day.to)}`;
  return [day, await all(`/contacts?${query}`)];
}

/** @param {string} date @param {string} today @param {import("../lib/i18n.js").Voice} voice */
function head(date, today, voice) {
  const step = (/** @type {string} */ to, /** @type {"previous" | "next"} */ which) =>
    h("a", { class: "button round", href: `#/day/${to}`, "aria-label": voice.t(`day.${which}`), title: voice.t(`day.${which}`) }, icon(which));
  const picker = h("input", { type: "date", value: date, max: today, "aria-label": voice.t("day.choose") });
  picker.addEventListener("change", () => {
    if (isDate(picker.value)) location.hash = `#/day/${picker.value}`;
  });
  return h("header", { class: "day-head" }, h("h1", { tabindex: "-1" }, voice.day(date)),
    h("div", { class: "day-steps" }, step(shift(date, -1), "previous"), picker, date < today && step(shift(date, 1), "next"),
      date !== today && h("a", { class: "button", href: "#/day" }, voice.t("day.today"))));
}

/**
 * @param {Element} body
 * @param {Api.Day} day
 * @param {Api.Contact[]} contacts
 * @param {import("../board/page.js").Context} context
 * @param {string | null} chosen
 * @param {(id: string | null) => void} choose
 */
function show(body, day, contacts, context, chosen, choose) {
  const { voice } = context;
  const mails = (day.mail ?? []).some((figure) => figure.n > 0) && mailFigures(day.mail, context);
  if (contacts.length === 0 && !mails) return swap(body, h("div", { class: "empty" }, icon("pic-quiet", { class: "picture", box: "0 0 240 140" }), h("p", null, voice.t("day.empty"))));
  const list = h("div");
  const cards = day.figures.map((figure) => figureCard(figure, voice, (id) => pick(id === chosen ? null : id, true)));
  /** @param {string | null} id @param {boolean} [go] */
  const pick = (id, go) => {
    chosen = id;
    choose(id);
    const figure = day.figures.find((one) => one.id === id) ?? null;
    cards.forEach((card, i) => card.press(day.figures[i]?.id === id));
    const behind = figure ? contacts.filter((contact) => figure.contacts.includes(contact.id)) : contacts;
    swap(list, contactTable(behind, figure, context, () => pick(null, true)));
    if (go) list.querySelector("h2")?.focus();
  };
  pick(chosen);
  swap(body, h("ul", { class: "figure-cards", "aria-label": voice.t("day.figures") }, ...cards.map((card) => card.root)), hoursFigure(day.hours, voice), mails, list, files(day, voice));
}

/** The day's promises as a table for others. @param {Api.Day} day @param {import("../lib/i18n.js").Voice} voice */
const files = ({ from, to, date }, voice) => h("p", null, h("a", { href: `/api/v1/export/callbacks.csv?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`, download: `callbacks-${date}.csv` }, voice.t("day.callbacks_csv")), " · ",
  h("a", { href: `/api/v1/export/day.xlsx?date=${date}`, download: `day-${date}.xlsx` }, voice.t("day.day_xlsx")));
