/**
 * One figure: its number, its sentence, how it was a week ago, and a press to see its calls.
 * @module
 */
import { stackedBar } from "../lib/chart.js";
import { h, icon, mark } from "../lib/dom.js";
import { part, trend } from "./day-facts.js";

/** Parts that are counts, whatever their figure is. */
const COUNTED = ["short", "reached", "missed", "answered", "late", "due"];

/** A figure of calls or of mails, as far as its card goes. @typedef {Pick<Api.Figure, "id" | "unit" | "value" | "previous" | "parts" | "formula" | "n">} Shown */

/**
 * @param {Shown} figure
 * @param {import("../lib/i18n.js").Voice} voice
 * @param {(id: string) => void} pressed
 * @param {"figure.calls" | "figure.mails"} [behind]
 */
export function figureCard(figure, voice, pressed, behind = "figure.calls") {
  const name = voice.has(`figure.${figure.id}`) ? voice.t(`figure.${figure.id}`) : figure.id;
  const button = h("button", { type: "button", class: "figure-press", "aria-pressed": "false", onclick: () => pressed(figure.id) },
    h("span", { class: "figure-name" }, name), h("strong", { class: "figure-value" }, spell(figure.value, figure.unit, voice)),
    h("span", { class: "figure-calls" }, voice.t(behind, { n: figure.n }), icon("next")));
  const root = h("li", { class: "card figure", "data-figure": figure.id }, button, extra(figure, voice), compare(figure, voice), h("p", { class: "formula" }, figure.formula));
  return { root, press: (/** @type {boolean} */ on) => mark(button, "aria-pressed", String(on)) };
}

/** @param {number | null} value @param {Api.Figure["unit"]} unit @param {import("../lib/i18n.js").Voice} voice */
function spell(value, unit, voice) {
  if (value === null) return "–";
  if (unit === "percent") return voice.percent(value);
  return unit === "ms" ? voice.length(value) : voice.number(value, 1);
}

/** @param {Shown} figure @param {import("../lib/i18n.js").Voice} voice */
function compare(figure, voice) {
  const moved = trend(figure);
  if (!moved) return null;
  return h("p", { class: "soft small" }, voice.t(`figure.${moved}`, { before: spell(figure.previous, figure.unit, voice) }));
}

/** @param {Shown} figure @param {import("../lib/i18n.js").Voice} voice */
function extra(figure, voice) {
  if (figure.id === "handling") return handling(figure, voice);
  const known = figure.parts.filter(({ id, value }) => value !== null && voice.has(`part.${id}`));
  if (known.length === 0) return null;
  const unit = (/** @type {string} */ id) => (COUNTED.includes(id) ? "count" : figure.unit);
  return h("dl", { class: "parts" }, ...known.map(({ id, value }) => h("div", null, h("dt", null, voice.t(`part.${id}`)), h("dd", null, spell(value, unit(id), voice)))));
}

/** Talk, hold and after-call work side by side (M8). @param {Shown} figure @param {import("../lib/i18n.js").Voice} voice */
function handling(figure, voice) {
  const ids = ["talked", "held", "wrapped"];
  const legend = h("dl", { class: "parts legend" }, ...ids.map((id, i) => h("div", null,
    h("dt", null, h("span", { class: `swatch part-${i}`, "aria-hidden": "true" }), voice.t(`part.${id}`)), h("dd", null, spell(part(figure, id), "ms", voice)))));
  return h("figure", null, stackedBar(ids.map((id) => part(figure, id) ?? 0)), legend);
}
