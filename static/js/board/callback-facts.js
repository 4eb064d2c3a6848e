/**
 * Pure: what a promise to call back means for the one who looks at it (spec/callback.md §11).
 * @module
 */

/** @typedef {"call" | "later" | "done" | "number" | "give" | "cancel"} CallbackAction */

/** States in which nobody is on the way to the customer: all can still be changed. */
const IDLE = ["waiting", "snoozed"];
/** States in which a phone rings for it, ours or the customer's. */
const UNDER_WAY = ["reserved", "confirmed", "dialing", "reached"];

/**
 * What the looker may press. The server has the last word.
 * @param {{ state?: string }} entry
 * @param {Api.Session} session
 * @returns {CallbackAction[]}
 */
export function callbackActions({ state = "waiting" }, session) {
  if (session.role === "viewer") return [];
  if (UNDER_WAY.includes(state)) return ["done", "cancel"];
  if (!IDLE.includes(state)) return [];
  const rest = /** @type {CallbackAction[]} */ (["later", "done", "number", "give", "cancel"]);
  return session.person ? ["call", ...rest] : rest;
}

/**
 * The state as the row says it; null: it simply waits.
 * @param {Api.Waiting} entry
 * @returns {"reserved" | "dialing" | "reached" | "merged" | "connected" | null}
 */
export function underWay({ state }) {
  if (state === "confirmed" || state === "dialing") return "dialing";
  if (state === "reserved" || state === "reached" || state === "merged" || state === "connected") return state;
  return null;
}

/** Whether the promised time has passed. @param {{ promised_to?: string | null }} entry @param {number} nowMs */
export const isOverdue = ({ promised_to }, nowMs) => !!promised_to && Date.parse(promised_to) < nowMs;

/**
 * The facts of a callback in the order they are read: promised times, the try, when the next one is.
 * @param {{ promised_from?: string | null, promised_to?: string | null, attempt?: number, attempts?: number, not_before?: string }} entry
 * @param {number} nowMs
 * @returns {{ key: string, at?: string[], n?: number, of?: number }[]}
 */
export function callbackFacts({ promised_from, promised_to, attempt, attempts, not_before }, nowMs) {
  const facts = [];
  if (promised_from && promised_to) facts.push({ key: "callback.promised", at: [promised_from, promised_to] });
  else facts.push({ key: "callback.no_window" });
  if (attempt) facts.push(attempts ? { key: "callback.attempt_of", n: attempt, of: attempts } : { key: "callback.attempt", n: attempt });
  if (not_before && Date.parse(not_before) > nowMs) facts.push({ key: "callback.next", at: [not_before] });
  return facts;
}

/**
 * To whom a promise of this group can be given: those its calls ring. Others would be refused.
 * @param {Pick<Api.Board, "people" | "groups"> | null} board
 * @param {string | null} group
 */
export function mayBeGiven(board, group) {
  const takes = board?.groups.find((one) => one.id === group)?.takes;
  return (board?.people ?? []).filter((person) => !takes || takes.includes(person.id));
}

/**
 * The words for a promise that came to be a person's task: what a power cut broke off is said as it was.
 * @param {{ state: string, cut?: string, seems?: string }} callback
 */
export function taskKey({ state, cut, seems }) {
  if (seems === "blocked") return "callback.task_blocked";
  return state === "perhaps" && cut === "talk" ? "callback.task_cut_talk" : `callback.task_${state}`;
}

/**
 * How many promises keep the office here after closing: those that may still be called today.
 * @param {Api.Board} board
 * @param {(instant: string | number) => string} dateOf
 */
export function promisesLeft(board, dateOf) {
  const closed = new Set(board.groups.filter((group) => !group.open).map((group) => group.id));
  const today = dateOf(board.now);
  return board.line.filter((entry) => entry.kind === "callback" && closed.has(entry.group) && (!entry.not_before || dateOf(entry.not_before) <= today)).length;
}

/**
 * What to say when the day is over; null: it is not.
 * @param {Api.Board} board
 * @param {(instant: string | number) => string} dateOf
 * @returns {{ key: "closing.left" | "closing.owed" | "closing.nothing", n: number } | null}
 */
export function closing(board, dateOf) {
  const left = promisesLeft(board, dateOf);
  if (left) return { key: "closing.left", n: left };
  if (board.groups.length === 0 || board.groups.some((group) => group.open)) return null;
  return board.owed ? { key: "closing.owed", n: board.owed } : { key: "closing.nothing", n: 0 };
}
