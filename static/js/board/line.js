/**
 * Those who wait, first come first.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { post } from "../lib/api.js";
import { everySecond, now } from "../lib/clock.js";
import { h, icon, mark, redraw, rows, say } from "../lib/dom.js";
import { inOrder, isLate, mayAct, targetMs } from "./board-facts.js";
import { callbackRow } from "./callback.js";
import { caller } from "./caller.js";

/**
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function lineCard(context) {
  const { voice } = context;
  const count = h("span", { class: "count" });
  const list = h("ol", { class: "list" });
  const empty = h("div", { class: "empty" }, icon("pic-calm", { class: "picture", box: "0 0 240 140" }), h("p", null, voice.t("line.empty")));
  const root = h("section", { class: "card", "aria-labelledby": "line-title" },
    h("header", null, icon("waiting"), h("h2", { id: "line-title" }, voice.t("line.title")), count), list, empty);
  /** @type {Api.Board | null} */
  let board = null;
  const update = rows(list, (/** @type {Api.Waiting} */ entry) => `${entry.kind} ${entry.contact}`,
    (entry) => (entry.kind === "callback" ? callbackRow(entry, context, () => board) : row(entry, context, () => board)));
  const draw = () => board && update(inOrder(board.line));
  return {
    root,
    show(next) {
      board = next;
      say(count, voice.number(next.line.length));
      list.hidden = next.line.length === 0;
      empty.hidden = next.line.length > 0;
      draw();
    },
    end: everySecond(draw),
  };
}

/**
 * @param {Api.Waiting} first
 * @param {import("./page.js").Context} context
 * @param {() => Api.Board | null} board
 */
function row(first, { voice, session, notices }, board) {
  const groups = () => board()?.groups ?? [];
  const place = h("span", { class: "place" });
  const who = caller(voice);
  const group = h("span", { class: "soft small" });
  const sign = icon("waiting");
  const late = h("span", { class: "badge warm" }, voice.t("line.late"));
  const ringing = h("span", { class: "badge calm" }, icon("ringing"), h("span", null, voice.t("call.ringing")));
  const wait = document.createElement("fd-elapsed");
  const answer = actionButton({ class: "button main" }, () => post(`/calls/${first.contact}/answer`), notices, icon("answer"), voice.t("action.answer"));
  const root = h("li", { class: "row", "data-contact": first.contact }, place,
    h("div", { class: "who" }, who.root, group),
    h("div", { class: "wait" }, ringing, late, sign, wait),
    mayAct(session) && h("div", { class: "do" }, answer));
  return {
    root,
    update(/** @type {Api.Waiting} */ entry) {
      const isOver = isLate(entry, groups(), now());
      say(place, voice.number(entry.place));
      mark(place, "aria-label", voice.t("line.place", { place: entry.place }));
      mark(place, "role", "img");
      who.show(entry);
      say(group, groups().find((one) => one.id === entry.group)?.name ?? entry.group);
      mark(wait, "since", entry.joined_at);
      mark(wait, "late-ms", String(targetMs(entry, groups())));
      root.classList.toggle("late", isOver);
      late.hidden = !isOver;
      ringing.hidden = !board()?.calls.some((call) => call.contact === entry.contact && call.state === "ringing");
      redraw(sign, isOver ? "late" : "waiting");
      mark(answer, "aria-label", voice.t("action.answer_who", { who: who.text() }));
    },
  };
}
