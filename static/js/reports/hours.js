/**
 * The hours of a day: a drawing and the same numbers as a table.
 * @module
 */
import { histogram } from "../lib/chart.js";
import { h } from "../lib/dom.js";
import { busyHours } from "./day-facts.js";

const KINDS = /** @type {const} */ (["answered", "abandoned", "other"]);

/** @param {readonly Api.Hour[]} hours @param {import("../lib/i18n.js").Voice} voice */
export function hoursFigure(hours, voice) {
  const shown = busyHours(hours, (at) => Number(voice.time(at).slice(0, 2)));
  const counts = (/** @type {Api.Hour} */ hour) => [hour.answered, hour.abandoned, Math.max(0, hour.offered - hour.answered - hour.abandoned)];
  const legend = h("ul", { class: "legend-line", "aria-hidden": "true" }, ...KINDS.map((kind, i) => h("li", null, h("span", { class: `swatch part-${i}` }), voice.t(`hours.${kind}`))));
  const picture = histogram(shown.map((hour) => ({ label: voice.time(hour.at).slice(0, 2), parts: counts(hour) })));
  return h("figure", { class: "card hours", "aria-labelledby": "hours-title" },
    h("figcaption", null, h("h2", { id: "hours-title" }, voice.t("hours.title")), legend), picture,
    h("details", null, h("summary", null, voice.t("hours.table")), table(shown, counts, voice)));
}

/** @param {readonly Api.Hour[]} hours @param {(hour: Api.Hour) => number[]} counts @param {import("../lib/i18n.js").Voice} voice */
function table(hours, counts, voice) {
  const heads = ["hour", "offered", ...KINDS].map((key) => h("th", { scope: "col" }, voice.t(`hours.${key}`)));
  const rows = hours.map((hour) => h("tr", null, h("th", { scope: "row" }, voice.time(hour.at)),
    ...[hour.offered, ...counts(hour)].map((n) => h("td", null, voice.number(n)))));
  return h("table", { class: "plain figures" }, h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...rows));
}
