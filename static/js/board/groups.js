/**
 * Each group's figures of today.
 * @module
 */
import { h, icon, mark, rows, say } from "../lib/dom.js";
import { depth, longestSince } from "./board-facts.js";

/**
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function groupsStrip({ voice }) {
  const root = h("ul", { class: "groups", "aria-label": voice.t("groups.title") });
  /** @type {readonly Api.Waiting[]} */
  let line = [];
  const update = rows(root, (/** @type {Api.Group} */ group) => group.id, () => card(voice, () => line));
  return {
    root,
    show(board) {
      line = board.line;
      update(board.groups);
    },
  };
}

/** @param {import("../lib/i18n.js").Voice} voice @param {() => readonly Api.Waiting[]} line */
export function card(voice, line) {
  const name = h("h2", null);
  const open = h("span", { class: "badge" });
  const wait = document.createElement("fd-elapsed");
  const nobody = h("span", null, "–");
  const figures = {
    waiting: h("dd"),
    longest: h("dd", null, wait, nobody),
    answered: h("dd"),
    abandoned: h("dd"),
    level: h("dd"),
  };
  const words = h("span");
  const split = h("p", { class: "small split" }, icon("callback_requested"), words);
  const estimate = h("p", { class: "soft small" });
  const list = h("dl", { class: "figures" }, ...Object.entries(figures).map(([key, dd]) => h("div", null, h("dt", null, voice.t(`groups.${key}`)), dd)));
  const root = h("li", { class: "card group" }, h("header", null, icon("people"), name, open), list, split, estimate);
  return {
    root,
    update(/** @type {Api.Group} */ group) {
      const since = longestSince(group.id, line());
      say(name, group.name);
      say(open, voice.t(group.open ? "groups.open" : "groups.closed"));
      open.className = `badge ${group.open ? "good" : ""}`;
      say(figures.waiting, voice.number(depth(group)));
      root.classList.toggle("busy", depth(group) > 0);
      say(words, voice.t("groups.split", { live: group.waiting, back: group.open_callbacks }));
      split.hidden = group.open_callbacks === 0;
      wait.hidden = !since;
      nobody.hidden = !!since;
      mark(wait, "since", since);
      say(figures.answered, voice.number(group.answered_today));
      say(figures.abandoned, voice.number(group.abandoned_today));
      say(figures.level, group.service_level_today === null ? "–" : voice.percent(group.service_level_today));
      const low = group.target_percent !== undefined && group.service_level_today !== null && group.service_level_today < group.target_percent;
      mark(figures.level, "class", low ? "low" : null);
      say(estimate, group.estimate_ms ? spellEstimate(group.estimate_ms, voice) : "");
      estimate.hidden = !group.estimate_ms;
    },
  };
}

/** @param {{ low: number, high: number }} estimate @param {import("../lib/i18n.js").Voice} voice */
function spellEstimate({ low, high }, voice) {
  const minutes = (/** @type {number} */ ms) => Math.max(1, Math.round(ms / 60_000));
  const [from, to] = [minutes(low), minutes(high)];
  return from === to ? voice.t("groups.estimate_one", { n: to }) : voice.t("groups.estimate", { low: from, high: to });
}
