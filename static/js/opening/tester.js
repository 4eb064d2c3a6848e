/**
 * "What happens if someone calls now, or Saturday at two?" The answer comes from what answers the calls.
 * @module
 */
import { press } from "../lib/act.js";
import { get, sentence } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { h, icon, swap } from "../lib/dom.js";
import { nextWeekday, wallClock } from "../lib/zone.js";
import { spaced } from "../board/board-facts.js";

const SATURDAY = 6;

/** @param {import("../board/page.js").Context} context */
export function tester({ voice, session }) {
  const zone = session.office.time_zone;
  const at = h("input", { id: "tester-at", type: "datetime-local", value: wallClock(now(), zone) });
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const ask = async (/** @type {string} */ time) => {
    try {
      show(answer, await get(`/hours/at${time ? `?time=${encodeURIComponent(time)}` : ""}`), voice);
    } catch (error) {
      swap(answer, h("p", { class: "notice bad", role: "alert" }, icon("alarm"), h("span", null, sentence(error, voice.t, voice.has))));
    }
  };
  const button = (/** @type {string} */ text, /** @type {string} */ kind, /** @type {() => string} */ time) => {
    const one = h("button", { type: "button", class: `button ${kind}` }, text);
    one.addEventListener("click", () => press(one, () => ask(time()), () => {}));
    return one;
  };
  const set = (/** @type {string} */ time) => (at.value = time);
  return h("section", { class: "card", "aria-labelledby": "tester-title" },
    h("header", null, icon("talking"), h("h2", { id: "tester-title" }, voice.t("tester.title"))),
    h("div", { class: "asks" },
      button(voice.t("tester.now"), "main", () => (set(wallClock(now(), zone)), "")),
      button(voice.t("tester.saturday"), "", () => set(nextWeekday(now(), zone, SATURDAY, "14:00"))),
      h("div", { class: "field" }, h("label", { for: "tester-at" }, voice.t("tester.at")), at),
      button(voice.t("tester.ask"), "", () => at.value)),
    answer);
}

/** @param {Element} root @param {Api.HoursAt} answer @param {import("../lib/i18n.js").Voice} voice */
function show(root, { time, groups, numbers }, voice) {
  swap(root, h("h3", null, voice.moment(time)),
    h("ul", { class: "list" }, ...groups.map((group) => h("li", { class: "row" }, h("div", { class: "who" }, h("bdi", { class: "name" }, group.name), h("span", { class: "soft small" }, until(group, voice))),
      h("span", { class: `badge ${group.open ? "good" : ""}` }, voice.t(group.open ? "groups.open" : "groups.closed"))))),
    ...numbers.map(({ number, steps }) => h("div", { class: "steps" }, h("h4", null, icon("inbound"), h("bdi", null, spaced(number))), h("ol", null, ...steps.map((step) => h("li", { dir: "auto", class: step.startsWith(" ") ? "inner" : null }, step.trim()))))));
}

/** @param {Api.GroupHours} group @param {import("../lib/i18n.js").Voice} voice */
function until({ closes_at, opens_at, reason }, voice) {
  const change = closes_at ? voice.t("tester.closes", { at: voice.moment(closes_at) }) : opens_at ? voice.t("tester.opens", { at: voice.moment(opens_at) }) : "";
  return [reason, change].filter(Boolean).join(" · ");
}
