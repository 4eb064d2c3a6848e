/**
 * Calls that ring, go on, are held or parked, and what can be done with them.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { post } from "../lib/api.js";
import { h, icon, mark, redraw, rows, say } from "../lib/dom.js";
import { besideTheLine, callActions, mayAct } from "./board-facts.js";
import { caller } from "./caller.js";
import { askTransfer } from "./transfer.js";

const ACTIONS = /** @type {const} */ (["answer", "hold", "resume", "transfer", "park", "hangup"]);
const DRAWN = { answer: "answer", hold: "held", resume: "resume", transfer: "transfer", park: "park", hangup: "hangup" };

/**
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function callsCard(context) {
  const { voice, session } = context;
  const count = h("span", { class: "count" });
  const list = h("ul", { class: "list" });
  const empty = h("p", { class: "empty" }, voice.t("calls.empty"));
  const root = h("section", { class: "card", "aria-labelledby": "calls-title" },
    h("header", null, icon("talking"), h("h2", { id: "calls-title" }, voice.t("calls.title")), count), list, empty);
  /** @type {Api.Board | null} */
  let board = null;
  const update = rows(list, (/** @type {Api.Call} */ call) => `${call.contact} ${call.person ?? ""}`, (call) => callRow(call, context, () => board));
  const me = session.person?.id ?? null;
  return {
    root,
    show(next) {
      board = next;
      const calls = besideTheLine(next);
      say(count, voice.number(calls.length));
      empty.hidden = calls.length > 0;
      list.hidden = calls.length === 0;
      update(calls.sort((a, b) => Number(b.person === me) - Number(a.person === me) || a.since.localeCompare(b.since)));
    },
  };
}

/**
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function parkedCard(context) {
  const { voice } = context;
  const list = h("ul", { class: "list" });
  const root = h("section", { class: "card", "aria-labelledby": "parked-title" },
    h("header", null, icon("park"), h("h2", { id: "parked-title" }, voice.t("parked.title"))), list);
  /** @type {Api.Board | null} */
  let board = null;
  const update = rows(list, (/** @type {Api.Parked} */ parked) => parked.contact, (parked) => parkedRow(parked, context, () => board));
  return {
    root,
    show(next) {
      board = next;
      root.hidden = next.parked.length === 0;
      update(next.parked);
    },
  };
}

/**
 * @param {Api.Call} first
 * @param {import("./page.js").Context} context
 * @param {() => Api.Board | null} board
 */
function callRow(first, context, board) {
  const { voice, session, notices } = context;
  const who = caller(voice);
  const [sign, state, place] = [icon("ringing"), h("span"), h("span", { class: "soft small" })];
  const badge = h("span", { class: "badge" }, sign, state);
  const since = document.createElement("fd-elapsed");
  const buttons = ACTIONS.map((action) => {
    const tone = action === "hangup" ? " end" : action === "answer" ? " main" : "";
    const job = () => (action === "transfer" ? askTransfer(first.contact, who.text(), context, board()) : act(first.contact, action, context));
    return actionButton({ class: `button${tone}`, title: voice.t(`action.${action}`), "data-action": action }, job, notices,
      icon(DRAWN[action]), h("span", { class: "word" }, voice.t(`action.${action}`)));
  });
  const root = h("li", { class: "row", "data-contact": first.contact },
    h("div", { class: "who" }, who.root, place), h("div", { class: "wait" }, badge, since), h("div", { class: "do" }, ...buttons));
  return {
    root,
    update(/** @type {Api.Call} */ call) {
      who.show(call);
      say(place, where(call, board(), voice));
      say(state, voice.t(`call.${call.state}`));
      redraw(sign, call.state);
      badge.className = `badge ${call.state === "talking" ? "good" : call.state === "held" ? "warm" : "calm"}`;
      mark(since, "since", call.since);
      root.classList.toggle("mine", call.person !== null && call.person === session.person?.id);
      const may = callActions(call, session);
      buttons.forEach((button, i) => {
        const action = /** @type {typeof ACTIONS[number]} */ (ACTIONS[i]);
        showButton(button, may.includes(action), buttons);
        mark(button, "aria-label", voice.t(`action.${action}_who`, { who: who.text() }));
      });
    },
  };
}

/**
 * Hold and resume take each other's place under the same finger: the focus goes along.
 * @param {HTMLElement} button @param {boolean} shown @param {HTMLElement[]} buttons
 */
function showButton(button, shown, buttons) {
  if (button.hidden !== shown) return;
  const focused = !shown && document.activeElement === button;
  button.hidden = !shown;
  if (focused) queueMicrotask(() => buttons.find((one) => !one.hidden)?.focus());
}

/**
 * @param {Api.Parked} first
 * @param {import("./page.js").Context} context
 * @param {() => Api.Board | null} board
 */
function parkedRow(first, { voice, session, notices }, board) {
  const who = caller(voice);
  const [slot, by] = [h("span", { class: "place" }), h("span", { class: "soft small" })];
  const since = document.createElement("fd-elapsed");
  const fetch = actionButton({ class: "button main" }, () => post(`/calls/${first.contact}/answer`), notices, icon("answer"), voice.t("action.fetch"));
  const root = h("li", { class: "row", "data-contact": first.contact }, slot,
    h("div", { class: "who" }, who.root, by), h("div", { class: "wait" }, since), mayAct(session) && h("div", { class: "do" }, fetch));
  return {
    root,
    update(/** @type {Api.Parked} */ parked) {
      who.show(parked);
      say(slot, `*${parked.slot}`);
      say(by, voice.t("parked.by", { name: nameOf(parked.by, board()), code: `*${parked.slot}` }));
      mark(since, "since", parked.since);
      mark(fetch, "aria-label", voice.t("action.fetch_who", { who: who.text() }));
    },
  };
}

/** @param {string} contact @param {string} action @param {import("./page.js").Context} context */
async function act(contact, action, { voice, notices }) {
  /** @type {Api.Done} */
  const done = await post(`/calls/${contact}/${action}`);
  if (action === "park" && done?.slot !== undefined) notices.tell(voice.t("parked.done", { slot: done.slot, code: `*${done.slot}` }));
  else notices.clear();
}

/** @param {Api.Call} call @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice */
function where(call, board, voice) {
  const group = board?.groups.find((one) => one.id === call.group)?.name ?? "";
  const person = call.person ? nameOf(call.person, board) : "";
  return [person, group].filter(Boolean).join(" · ") || voice.t("calls.nobody_yet");
}

/** @param {string} id @param {Api.Board | null} board */
const nameOf = (id, board) => board?.people.find((person) => person.id === id)?.name ?? id;
