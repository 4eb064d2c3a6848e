/**
 * Pure: what a conversation means for the one who looks at it.
 * @module
 */

/** Files of one mail, and their bytes together: more the box refuses, and says so sooner than it is sent. */
export const FILES_MAX = 20;
export const FILES_BYTES_MAX = 18_000_000;

/** @typedef {"todo" | "mine" | "waiting" | "snoozed" | "closed" | "all"} View */

/** What is asked of the server for each view; the work to be done comes first. */
export const VIEWS = /** @type {const} */ (["todo", "mine", "waiting", "snoozed", "closed", "all"]);

/** A draft is kept so soon after the last key. */
export const DRAFT_MS = 800;
/** So long a colleague is told that somebody writes, before it has to be said again. */
export const PRESENT_MS = 20_000;

/**
 * The query of a view.
 * @param {View} view
 * @param {string} search
 * @param {string | null} me
 */
export function query(view, search, me) {
  const asked = new URLSearchParams();
  if (view === "mine" && me) asked.set("assigned", me);
  if (isWork(view)) asked.set("state", "new,open");
  else if (view !== "all") asked.set("state", view);
  if (search.trim()) asked.set("q", search.trim());
  return asked.toString();
}

/** A list of work is read whole: its order is that of its targets. @param {View} view */
export const isWork = (view) => view === "todo" || view === "mine";

/**
 * The oldest by its target first; what has none comes last.
 * @param {readonly Api.Conversation[]} conversations
 */
export const byTarget = (conversations) =>
  [...conversations].sort((a, b) => (a.due_at ?? "9").localeCompare(b.due_at ?? "9") || (a.owed_since ?? "9").localeCompare(b.owed_since ?? "9") || a.last_at.localeCompare(b.last_at));

/**
 * How a conversation stands with its target.
 * @param {Pick<Api.Conversation, "state" | "due_at">} conversation
 * @param {number} nowMs
 * @returns {"late" | "soon" | "in_time" | null} nothing is owed: null
 */
export function due({ state, due_at }, nowMs) {
  if (!due_at || (state !== "new" && state !== "open")) return null;
  const left = Date.parse(due_at) - nowMs;
  if (left < 0) return "late";
  return left < 3_600_000 ? "soon" : "in_time";
}

/**
 * What the looker may press.
 * @param {Pick<Api.Conversation, "state" | "assigned" | "merged_into">} conversation
 * @param {Api.Session} session
 */
export function actions({ state, assigned, merged_into }, session) {
  if (session.role === "viewer" || merged_into) return [];
  const me = session.person?.id ?? null;
  const take = me && assigned === null && state !== "closed" ? ["claim"] : [];
  if (state === "closed") return ["reopen"];
  const again = state === "snoozed" ? ["reopen"] : state === "waiting" ? ["reopen", "snooze"] : ["snooze"];
  return [...take, "assign", ...again, "close"];
}

/**
 * The colleagues who are in a conversation, those who write first.
 * @param {Api.Board | null} board
 * @param {string} id
 * @param {string | null} me
 */
export const others = (board, id, me) =>
  (board?.mail.present ?? [])
    .filter((one) => one.conversation === id && one.person !== me)
    .sort((a, b) => Number(b.doing === "writing") - Number(a.doing === "writing"));

/**
 * A text in two parts: what was written, and what was quoted under it.
 * @param {string} text
 * @returns {{ fresh: string, quoted: string }}
 */
export function parts(text) {
  const lines = text.split("\n");
  let from = lines.length;
  while (from > 0 && (lines[from - 1]?.startsWith(">") || lines[from - 1]?.trim() === "")) from -= 1;
  const quoted = lines.slice(from);
  if (!quoted.some((line) => line.startsWith(">"))) return { fresh: text.trimEnd(), quoted: "" };
  // "On Monday … wrote:" belongs to what it introduces
  if (from > 0 && lines[from - 1]?.trimEnd().endsWith(":")) from -= 1;
  return { fresh: lines.slice(0, from).join("\n").trimEnd(), quoted: lines.slice(from).join("\n").trim() };
}

/**
 * The fields of a saved reply, filled in.
 * @param {string} text
 * @param {Record<string, string>} fields
 */
export const filled = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);

/**
 * What came that the writer has not seen.
 * @param {readonly Api.ConversationItem[]} seen
 * @param {readonly Api.ConversationItem[]} now
 */
export function unseen(seen, now) {
  const known = new Set(seen.map((item) => item.id));
  return now.filter((item) => !known.has(item.id)).map((item) => item.id);
}

/**
 * Why a file does not go with the others.
 * @param {{ size: number }} file
 * @param {readonly { size: number }[]} others
 * @returns {"empty_file" | "files_too_large" | "too_many_files" | null}
 */
export function refusedFile(file, others) {
  if (file.size === 0) return "empty_file";
  if (others.reduce((sum, one) => sum + one.size, file.size) > FILES_BYTES_MAX) return "files_too_large";
  return others.length >= FILES_MAX ? "too_many_files" : null;
}

/** Bytes as people say them. @param {number} bytes @param {import("../lib/i18n.js").Voice} voice */
export function size(bytes, voice) {
  const [amount, unit] = bytes < 1024 ? [bytes, "byte"] : bytes < 1_048_576 ? [bytes / 1024, "kilobyte"] : [bytes / 1_048_576, "megabyte"];
  return new Intl.NumberFormat(voice.language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: amount < 10 && unit !== "byte" ? 1 : 0 }).format(amount);
}
