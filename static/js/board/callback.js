/**
 * A promise to call back in its place in the line (spec/callback.md §11).
 * @module
 */
import { actionButton } from "../lib/act.js";
import { now } from "../lib/clock.js";
import { h, icon, mark, redraw, say } from "../lib/dom.js";
import { askCancel, askGive, askLater, askNumber, order } from "./callback-asks.js";
import { callbackActions, callbackFacts, isOverdue, underWay } from "./callback-facts.js";
import { caller } from "./caller.js";

const ACTIONS = /** @type {const} */ (["call", "try", "later", "done", "number", "give", "cancel"]);
const DRAWN = { call: "talking", try: "callback_requested", later: "later", done: "answered", number: "wrap_up", give: "give", cancel: "close" };

/**
 * The things that can be done with a promise; the first with its word, the others as drawings with a name.
 * @param {import("./page.js").Context} context
 * @param {() => import("./callback-asks.js").Meant} meant
 * @param {() => void} [done] after an order that was taken
 */
export function callbackButtons(context, meant, done = () => {}) {
  const { voice, notices } = context;
  const jobs = {
    call: () => order(meant().contact, "call-now", {}, context).then(done),
    try: () => order(meant().contact, "number", { number: meant().calledFrom }, context).then(done),
    done: () => order(meant().contact, "done", {}, context).then(done),
    later: () => askLater(meant(), context),
    number: () => askNumber(meant(), context),
    give: () => askGive(meant(), context),
    cancel: () => askCancel(meant(), context),
  };
  const buttons = ACTIONS.map((action) =>
    actionButton({ class: action === "call" ? "button main" : "button", title: voice.t(`callback.${action}`), "data-action": action }, jobs[action], notices,
      icon(DRAWN[action]), h("span", { class: "word" }, voice.t(`callback.${action}`))));
  return {
    root: h("div", { class: "do" }, ...buttons),
    /** @param {readonly string[]} may @param {string} who */
    show(may, who) {
      buttons.forEach((button, i) => {
        const action = /** @type {typeof ACTIONS[number]} */ (ACTIONS[i]);
        button.hidden = !may.includes(action);
        mark(button, "aria-label", voice.t(`callback.${action}_who`, { who }));
      });
    },
  };
}

/**
 * @param {Api.Waiting} first
 * @param {import("./page.js").Context} context
 * @param {() => Api.Board | null} board
 */
export function callbackRow(first, context, board) {
  const { voice, session } = context;
  const who = caller(voice);
  const [place, detail, word] = [h("span", { class: "place" }), h("span", { class: "soft small facts-line" }), h("span")];
  const sign = icon("callback_requested", { label: voice.t("callback.sign"), class: "icon back" });
  const state = h("span", { class: "badge calm" }, icon("ringing"), word);
  const late = h("span", { class: "badge warm" }, voice.t("callback.overdue"));
  const clock = icon("waiting");
  const wait = document.createElement("fd-elapsed");
  let entry = first;
  const buttons = callbackButtons(context, () => ({ contact: entry.contact, name: who.text(), number: entry.number, group: entry.group }));
  const root = h("li", { class: "row callback", "data-contact": first.contact }, place,
    h("div", { class: "who" }, h("span", { class: "back-line" }, sign, who.root), detail),
    h("div", { class: "wait" }, state, late, clock, wait), buttons.root);
  return {
    root,
    update(/** @type {Api.Waiting} */ next) {
      entry = next;
      const isOver = isOverdue(entry, now());
      const stage = underWay(entry);
      who.show(entry);
      say(place, voice.number(entry.place));
      mark(place, "aria-label", voice.t("line.place", { place: entry.place }));
      mark(place, "role", "img");
      say(detail, sentenceOf(entry, board(), voice));
      say(word, stage ? stageWords(stage, entry, board(), voice) : "");
      state.hidden = !stage;
      late.hidden = !isOver || !!stage;
      root.classList.toggle("late", isOver && !stage);
      redraw(clock, isOver ? "late" : "waiting");
      mark(wait, "since", entry.joined_at);
      buttons.show(callbackActions(entry, session), who.text());
    },
  };
}

/**
 * What goes on for it now. Whose phone rings stands among the calls.
 * @param {NonNullable<ReturnType<typeof underWay>>} stage @param {Api.Waiting} entry @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice
 */
function stageWords(stage, entry, board, voice) {
  const rung = board?.calls.find((call) => call.contact === entry.contact)?.person ?? entry.person;
  if (stage === "reserved" && !rung) return voice.t("callback.state_reserved");
  return voice.t(`callback.is_${stage}`, { name: nameOf(rung, board) });
}

/**
 * Group, promised times, try, next try, for whom: one line of text.
 * @param {Api.Waiting} entry @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice
 */
function sentenceOf(entry, board, voice) {
  const group = board?.groups.find((one) => one.id === entry.group)?.name ?? entry.group;
  const facts = callbackFacts(entry, now()).map((fact) => spell(fact, voice));
  const given = entry.person && !underWay(entry) ? [voice.t("callback.for", { name: nameOf(entry.person, board) })] : [];
  return [group, ...facts, ...given].join(" · ");
}

/** @param {ReturnType<typeof callbackFacts>[number]} fact @param {import("../lib/i18n.js").Voice} voice */
export function spell({ key, at = [], n = 0, of = 0 }, voice) {
  const [from = "", to = ""] = at.map((instant) => voice.time(instant));
  return voice.t(key, { from, to, time: from, try: n, of });
}

/** @param {string | null | undefined} id @param {Api.Board | null} board */
const nameOf = (id, board) => (id ? (board?.people.find((person) => person.id === id)?.name ?? id) : "");
