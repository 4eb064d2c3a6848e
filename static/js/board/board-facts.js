/**
 * Pure: what a board means for the one who looks at it.
 * @module
 */

import { isOverdue } from "./callback-facts.js";

/** Used until a group says its own target (spec/metrics.md M1). */
const TARGET_MS = 20_000;

/** @typedef {"answer" | "hold" | "resume" | "transfer" | "park" | "hangup"} CallAction */

/**
 * First in, first out, over all groups.
 * @param {readonly Api.Waiting[]} line
 */
export const inOrder = (line) => [...line].sort((a, b) => a.joined_at.localeCompare(b.joined_at) || a.contact.localeCompare(b.contact));

/**
 * Yourself first, then by name; never by state, for rows that jump are pressed by mistake.
 * @param {readonly Api.Person[]} people
 * @param {string | null} me
 * @param {(a: string, b: string) => number} compare
 */
export const peopleInOrder = (people, me, compare) =>
  [...people].sort((a, b) => Number(b.id === me) - Number(a.id === me) || compare(a.name, b.name));

/**
 * Those a call may be sent to, the free ones first.
 * @param {readonly Api.Person[]} people
 * @param {string | null} me
 * @param {(a: string, b: string) => number} compare
 */
export const transferGoals = (people, me, compare) =>
  people
    .filter((person) => person.id !== me)
    .sort((a, b) => Number(b.state === "available") - Number(a.state === "available") || compare(a.name, b.name));

/**
 * The wait after which a caller is late.
 * @param {Pick<Api.Waiting, "group">} entry
 * @param {readonly Api.Group[]} groups
 */
export const targetMs = (entry, groups) => groups.find((group) => group.id === entry.group)?.target_ms ?? TARGET_MS;

/**
 * A caller waits longer than the target; the time promised for a callback has passed.
 * @param {Api.Waiting} entry
 * @param {readonly Api.Group[]} groups
 * @param {number} nowMs
 */
export const isLate = (entry, groups, nowMs) =>
  entry.kind === "callback" ? isOverdue(entry, nowMs) : nowMs - Date.parse(entry.joined_at) > targetMs(entry, groups);

/**
 * How many wait, one way or the other: nobody who was promised a call is less in the line for it.
 * @param {Api.Group} group
 */
export const depth = (group) => group.waiting + group.open_callbacks;

/**
 * When the longest waiting one of a group joined; null: nobody waits.
 * @param {string} group
 * @param {readonly Api.Waiting[]} line
 */
export const longestSince = (group, line) =>
  line
    .filter((entry) => entry.group === group && entry.kind === "live")
    .map((entry) => entry.joined_at)
    .sort()[0] ?? null;

/**
 * What the looker may press on a call. The server has the last word.
 * @param {Api.Call} call
 * @param {Api.Session} session
 * @returns {CallAction[]}
 */
export function callActions(call, session) {
  if (!mayAct(session)) return [];
  const mine = call.person !== null && call.person === session.person?.id;
  if (call.state === "ringing") return mine ? [] : ["answer"];
  const leads = session.role === "owner" || session.role === "lead";
  if (!mine && !leads) return [];
  return [call.state === "held" ? "resume" : "hold", "transfer", "park", "hangup"];
}

/**
 * The calls that are not also in the waiting line: who waits while a phone rings is shown once.
 * @param {Api.Board} board
 */
export function besideTheLine(board) {
  const waiting = new Set(board.line.map((entry) => entry.contact));
  return board.calls.filter((call) => call.state !== "ringing" || !waiting.has(call.contact));
}

/** Whether the looker has a phone to act with. @param {Api.Session} session */
export const mayAct = (session) => session.person !== null && session.role !== "viewer";

/** Whether the looker may set this person's state. @param {Api.Session} session @param {string} id */
export const maySetState = (session, id) =>
  session.role !== "viewer" && (session.person?.id === id || session.role === "owner" || session.role === "lead");

/** Country codes of one and two figures; all others have three (ITU-T E.164). */
const SHORT_CODES = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])(?=\d)/;

/**
 * A whole number in groups that can be read aloud: +45 20 30 40 50. Anything else stays as it is.
 * @param {string} number
 */
export function spaced(number) {
  if (!/^\+?\d{6,15}$/.test(number)) return number;
  const code = number.startsWith("+") ? (SHORT_CODES.exec(number)?.[0] ?? number.slice(0, 4)) : "";
  const rest = number.slice(code.length);
  const first = rest.length % 2 ? 3 : 2;
  const groups = [rest.slice(0, first), ...(rest.slice(first).match(/../g) ?? [])];
  return [code, ...groups].filter(Boolean).join(" ");
}

/**
 * A number for a screen that anybody can read: the country and the last two figures.
 * @param {string} number
 */
export function masked(number) {
  if (/[•*xX…]/.test(number)) return number;
  const figures = [...number].filter((character) => /\d/.test(character)).length;
  let place = 0;
  return [...number]
    .map((character) => {
      if (!/\d/.test(character)) return character;
      place += 1;
      const shown = place > figures - 2 || (number.startsWith("+") && place <= 2);
      return shown ? character : "•";
    })
    .join("");
}

/** @typedef {{ key: string, names: Record<string, string | number>, groupId?: string, personId?: string }} News */

/**
 * What changed between two boards that somebody who cannot see them should hear.
 * @param {Api.Board | null} before
 * @param {Api.Board} after
 * @param {string | null} me
 * @returns {News[]}
 */
export function news(before, after, me) {
  if (!before) return [];
  return [...newCallers(before, after), ...newAlarms(before, after), ...myCalls(before, after, me), ...myState(before, after, me)];
}

/** @param {Api.Board} before @param {Api.Board} after @returns {News[]} */
function newCallers(before, after) {
  const known = new Set(before.line.map((entry) => entry.contact));
  return inOrder(after.line)
    .filter((entry) => !known.has(entry.contact))
    .map((entry) => ({ key: entry.kind === "callback" ? "say.callback" : "say.caller", names: { place: entry.place }, groupId: entry.group }));
}

/** @param {Api.Board} before @param {Api.Board} after @returns {News[]} */
function newAlarms(before, after) {
  const known = new Set(before.alarms.map((alarm) => alarm.code + alarm.since));
  return after.alarms
    .filter((alarm) => !known.has(alarm.code + alarm.since))
    .map((alarm) => ({ key: "say.alarm", names: { text: alarm.text } }));
}

/** Whose phone rings for it, or who talks. @param {Api.Call} call @param {string} me */
export const concerns = (call, me) => call.person === me || (call.state === "ringing" && (call.ringing ?? []).includes(me));

/** @param {Api.Board} before @param {Api.Board} after @param {string | null} me @returns {News[]} */
function myCalls(before, after, me) {
  if (!me) return [];
  const states = new Map(before.calls.filter((call) => concerns(call, me)).map((call) => [call.contact, call.state]));
  return after.calls
    .filter((call) => concerns(call, me) && states.get(call.contact) !== call.state)
    .map((call) => ({ key: `say.call_${call.state}`, names: { who: call.customer ?? call.number ?? "" } }));
}

/** A caller who waits longer than this is worth a word to somebody who works after a call. */
const LONG_MS = 60_000;

/**
 * Somebody waits for long while this person works after a call: they are told, and decide themselves.
 * @param {Api.Board} board @param {string | null} me @param {number} at
 */
export function waitsForMe(board, me, at) {
  const works = board.people.some((person) => person.id === me && person.state === "wrap_up");
  return works && board.line.some((one) => one.kind === "live" && at - Date.parse(one.joined_at) > LONG_MS);
}

/** @param {Api.Board} before @param {Api.Board} after @param {string | null} me @returns {News[]} */
function myState(before, after, me) {
  const [was, is] = [before, after].map((board) => board.people.find((person) => person.id === me)?.state);
  const told = is === "available" || is === "paused" || is === "off" || is === "wrap_up" || is === "phone_offline";
  return is && was !== is && told ? [{ key: `say.me_${is}`, names: {} }] : [];
}
