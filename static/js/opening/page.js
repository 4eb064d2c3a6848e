/**
 * When the office is open: the week, the days it is closed, the owner's word over it, and what a caller would hear.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { shift } from "../reports/day-facts.js";
import { overrideCard } from "./override.js";
import { tester } from "./tester.js";

/** Monday of a week long ago: weekdays get their names from it. */
const MONDAY = "2026-01-05";

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice, store } = context;
  const body = h("div", { class: "opening" }, h("p", { class: "soft" }, voice.t("day.loading")));
  const word = overrideCard(context);
  root.append(h("div", { class: "page" }, h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, voice.t("opening.title"))), word.root, tester(context), body));
  let gone = false;
  const refresh = async () => {
    try {
      const hours = await get("/hours");
      if (!gone) swap(body, weekCard(hours, context), aheadCard(hours, voice));
    } catch (error) {
      if (!gone) swap(body, failure(error, voice, refresh));
    }
  };
  refresh();
  const stop = store.watch((state) => state.board, (board) => board && word.show(board));
  return () => {
    gone = true;
    stop();
  };
}

/** @param {Api.Hours} hours @param {import("../board/page.js").Context} context */
function weekCard({ plans, today }, { voice }) {
  const day = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const name = (/** @type {Api.HoursPlan} */ plan) => plan.name ?? voice.t("override.office");
  const rows = Array.from({ length: 7 }, (_, i) =>
    h("tr", { class: i === day ? "today" : null }, h("th", { scope: "row" }, voice.weekday(shift(MONDAY, i)), i === day && " ", i === day && h("span", { class: "badge calm" }, voice.t("day.today"))),
      ...plans.map((plan) => h("td", { class: "figures" }, spans(plan.week[i] ?? [], voice)))));
  return h("section", { class: "card", "aria-labelledby": "week-title" },
    h("header", null, icon("waiting"), h("h2", { id: "week-title" }, voice.t("opening.week"))),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "week-title" },
      h("table", { class: "plain week" }, h("thead", null, h("tr", null, h("th", { scope: "col" }, voice.t("opening.day")), ...plans.map((plan) => h("th", { scope: "col" }, h("bdi", null, name(plan)))))), h("tbody", null, ...rows))));
}

/** @param {readonly Api.HoursSpan[]} day @param {import("../lib/i18n.js").Voice} voice */
function spans(day, voice) {
  if (day.length === 0) return h("span", { class: "soft" }, voice.t("groups.closed"));
  if (day.length === 1 && day[0]?.from === "00:00" && day[0].to === "24:00") return voice.t("opening.all_day");
  return h("span", null, ...day.map(({ from, to }) => h("span", { class: "span" }, `${from}–${to}`)));
}

/** @param {Api.Hours} hours @param {import("../lib/i18n.js").Voice} voice */
function aheadCard({ plans, ahead }, voice) {
  const several = plans.length > 1;
  const list = ahead.map(({ date, name, kind, plan }) =>
    h("li", { class: "row" }, h("time", { datetime: date, class: "figures when" }, voice.dayShort(date)), h("div", { class: "who" }, h("bdi", { class: "name" }, name || voice.t("groups.closed")), h("span", { class: "soft small" }, [voice.t(`opening.${kind}`), several ? (plan ?? voice.t("override.office")) : null].filter(Boolean).join(" · ")))));
  return h("section", { class: "card", "aria-labelledby": "ahead-title" },
    h("header", null, icon("after_hours"), h("h2", { id: "ahead-title" }, voice.t("opening.ahead"))),
    list.length ? h("ol", { class: "list" }, ...list) : h("p", { class: "empty" }, voice.t("opening.nothing_ahead")));
}
