/**
 * Pure: which call the looker is to be told about.
 * @module
 */
import { concerns } from "../board/board-facts.js";

/**
 * The call that rings at somebody, the one that rings longest first; while it was answered by them, still that one.
 * @param {Api.Board | null} board
 * @param {string | null} me
 * @param {string | null} shown the contact that is shown now
 * @param {ReadonlySet<string>} closed those the looker put away
 */
export function popped(board, me, shown, closed) {
  if (!board || !me) return null;
  const mine = board.calls.filter((call) => !closed.has(call.contact) && concerns(call, me) && (call.state === "ringing" || call.contact === shown));
  const [first = null] = mine.sort((a, b) => Number(b.contact === shown) - Number(a.contact === shown) || a.since.localeCompare(b.since));
  return first;
}
