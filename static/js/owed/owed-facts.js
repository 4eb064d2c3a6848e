/**
 * Pure: what the office owes, and what can be done about each of it.
 * @module
 */
import { mayAct } from "../board/board-facts.js";
import { callbackActions } from "../board/callback-facts.js";

/** @typedef {"missed" | "callback" | "voicemail" | "mail"} Kind */

export const KINDS = /** @type {const} */ (["missed", "callback", "voicemail", "mail"]);

/** States of a callback that came to be a person's task. */
const TASKS = ["unreached", "expired", "invalid", "perhaps"];

/**
 * Of one kind, or all; the order of the server stays (oldest first).
 * @param {readonly Api.Owed[]} items
 * @param {Kind | null} kind
 */
export const ofKind = (items, kind) => (kind ? items.filter((item) => item.kind === kind) : [...items]);

/** How many of each kind. @param {readonly Api.Owed[]} items */
export const counts = (items) => Object.fromEntries(KINDS.map((kind) => [kind, items.filter((item) => item.kind === kind).length]));

/**
 * What the looker may press.
 * @param {Api.Owed} item
 * @param {Api.Session} session
 * @returns {string[]}
 */
export function owedActions(item, session) {
  if (session.role === "viewer") return [];
  if (item.kind === "mail") return ["read"];
  const dial = mayAct(session) && item.number ? ["dial"] : [];
  if (item.kind === "voicemail") return [...dial, ...(session.person && !item.message?.assigned ? ["claim"] : []), "heard"];
  if (item.kind === "missed") return [...dial, "settle"];
  const instead = item.callback?.called_from ? ["try"] : [];
  if (item.callback && TASKS.includes(item.callback.state)) return [...(session.person ? ["call"] : []), ...instead, "later", "done", "number", "cancel"];
  return callbackActions({ state: item.callback?.state ?? "waiting" }, session);
}

/**
 * What moved on the board that may have changed the list.
 * @param {Api.Board | null} board
 */
export const signature = (board) =>
  board ? `${board.owed} ${board.mail.version} ${board.line.filter((entry) => entry.kind === "callback").map((entry) => `${entry.contact} ${entry.state} ${entry.not_before}`).join()}` : "";
