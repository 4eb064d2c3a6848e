/**
 * "Closed until", "open until": the word that goes before the hours, and always ends.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { del, put } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { Unfinished, ask, radio } from "../lib/dialog.js";
import { h, icon, rows, say } from "../lib/dom.js";
import { wallClock } from "../lib/zone.js";
import { overrideText } from "./words.js";

const STEP_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

/**
 * @param {import("../board/page.js").Context} context
 * @returns {{ root: Element, show: (board: Api.Board) => void }}
 */
export function overrideCard(context) {
  const { voice, session, store } = context;
  const may = session.role === "owner" || session.role === "lead";
  const states = h("ul", { class: "list" });
  const words = h("ul", { class: "words" });
  const buttons = (/** @type {boolean} */ open) => h("button", { type: "button", class: "button", onclick: () => askOverride(open, context) }, icon(open ? "available" : "after_hours"), voice.t(open ? "override.open_now" : "override.close_now"));
  const root = h("section", { class: "card", "aria-labelledby": "now-title" },
    h("header", null, icon("board"), h("h2", { id: "now-title" }, voice.t("opening.now"))), states, words, may && h("div", { class: "buttons start" }, buttons(false), buttons(true)));
  const drawStates = rows(states, (/** @type {Api.Group} */ group) => group.id, () => stateRow(voice));
  const drawWords = rows(words, (/** @type {Api.HoursOverride} */ one) => `${one.group}`, (one) => wordRow(one, may, context, () => store.now().board));
  return {
    root,
    show(board) {
      drawStates(board.groups);
      words.hidden = board.overrides.length === 0;
      drawWords(board.overrides);
    },
  };
}

/** @param {import("../lib/i18n.js").Voice} voice */
function stateRow(voice) {
  const [name, badge] = [h("bdi", { class: "name" }), h("span", { class: "badge" })];
  return {
    root: h("li", { class: "row" }, h("div", { class: "who" }, name), badge),
    update(/** @type {Api.Group} */ group) {
      say(name, group.name);
      say(badge, voice.t(group.open ? "groups.open" : "groups.closed"));
      badge.className = `badge ${group.open ? "good" : ""}`;
    },
  };
}

/**
 * @param {Api.HoursOverride} first @param {boolean} may @param {import("../board/page.js").Context} context
 * @param {() => Api.Board | null} board
 */
function wordRow(first, may, { voice, notices }, board) {
  const text = h("p", { dir: "auto" });
  const end = may && actionButton({ class: "button" }, async () => {
    await del(`/hours/override${first.group ? `?group=${encodeURIComponent(first.group)}` : ""}`);
    notices.tell(voice.t("override.ended"));
  }, notices, voice.t("override.end"));
  return {
    root: h("li", { class: "notice warm" }, icon("late"), text, end),
    update(/** @type {Api.HoursOverride} */ one) {
      const picture = board();
      if (picture) say(text, overrideText(one, picture, voice));
    },
  };
}

/** @param {boolean} open @param {import("../board/page.js").Context} context */
function askOverride(open, { voice, session, store, notices }) {
  const zone = session.office.time_zone;
  const groups = store.now().board?.groups ?? [];
  const whom = h("fieldset", { class: "choices" }, h("legend", null, voice.t("override.whom")), radio("group", "", true, voice.t("override.office")),
    ...(groups.length > 1 ? groups.map((group) => radio("group", group.id, false, group.name)) : []));
  const later = (/** @type {number} */ ms) => wallClock(Math.ceil((now() + ms) / STEP_MS) * STEP_MS, zone);
  const until = h("input", { id: "override-until", name: "until", type: "datetime-local", value: later(HOUR_MS), min: later(0), required: true });
  const soon = [1, 2, 4].map((n) => h("button", { type: "button", class: "button", onclick: () => (until.value = later(n * HOUR_MS)) }, voice.t("override.hours", { n })));
  ask(voice, {
    title: voice.t(open ? "override.open_title" : "override.close_title"),
    confirm: voice.t(open ? "override.open_confirm" : "override.close_confirm"),
    content: [whom, h("div", { class: "field" }, h("label", { for: "override-until" }, voice.t("override.until")), until, h("p", { class: "help" }, voice.t("override.until_help", { zone }))), h("div", { class: "buttons start" }, ...soon)],
    async submit(data) {
      const at = String(data.get("until") ?? "");
      if (!at) throw new Unfinished(voice.t("override.no_end"));
      const group = String(data.get("group") ?? "");
      await put("/hours/override", { ...(group ? { group } : {}), open, until: at });
      notices.tell(voice.t("override.done"));
    },
  });
}
