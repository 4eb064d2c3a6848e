/**
 * Pure: what a customer means for the one who looks at it.
 * @module
 */
import { spaced } from "../board/board-facts.js";

/** The box takes no larger list of customers; nobody needs to wait for it to say so. */
export const FILE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * How a customer is called: by name, else company, else number or address.
 * @param {{ id: string, name: string, company: string, numbers?: string[], addresses?: string[] }} customer
 */
export const nameOf = ({ id, name, company, numbers = [], addresses = [] }) => name || company || (numbers[0] && spaced(numbers[0])) || addresses[0] || id;

/** What stands under the name in a list. @param {Api.Customer} customer */
export function detailsOf(customer) {
  const known = [customer.name && customer.company, ...customer.numbers.map(spaced), ...customer.addresses].filter(Boolean);
  return known.filter((one) => one !== nameOf(customer)).slice(0, 4).join(" · ");
}

/** Lines of a field, without blanks and empty ones. @param {unknown} text */
export const linesOf = (text) => String(text ?? "").split("\n").map((line) => line.trim()).filter(Boolean);

/** What of a customer is written down by hand. */
const FIELDS = /** @type {const} */ (["name", "company", "about", "numbers", "addresses", "vip"]);

/** @typedef {Pick<Api.Customer, typeof FIELDS[number]>} Written */

const same = (/** @type {unknown} */ a, /** @type {unknown} */ b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * What somebody wrote otherwise than it was: only that is sent, so that nothing else is put back by a save.
 * @param {Written} written @param {Written} before
 * @returns {Partial<Written>}
 */
export const rewritten = (written, before) => Object.fromEntries(FIELDS.filter((field) => !same(written[field], before[field])).map((field) => [field, written[field]]));

/**
 * The fields that two people wrote at once, as they are now.
 * @param {Partial<Written>} mine @param {Written} before @param {Written} now
 * @returns {(typeof FIELDS[number])[]}
 */
export const collided = (mine, before, now) => FIELDS.filter((field) => field in mine && !same(before[field], now[field]));

/** Who may take customers in and out of the office. @param {Api.Session} session */
export const mayManage = ({ role }) => role === "owner" || role === "lead";

/** What tells a file's kind: its name. @param {string} name @returns {"csv" | "vcard" | null} */
export function formatOf(name) {
  if (/\.(vcf|vcard)$/i.test(name)) return "vcard";
  return /\.(csv|txt)$/i.test(name) ? "csv" : null;
}

/** @param {Api.TimelineItem} item */
export const keyOf = ({ kind, id }) => `${kind} ${id}`;

/**
 * A timeline whose newest page was fetched again: that page, then what was there before and is older.
 * @param {readonly Api.TimelineItem[]} newest
 * @param {readonly Api.TimelineItem[]} before
 */
export function renewed(newest, before) {
  const known = new Set(newest.map(keyOf));
  const last = newest.at(-1)?.at ?? "";
  return [...newest, ...before.filter((item) => !known.has(keyOf(item)) && item.at <= last)];
}

/**
 * Items with the date of those that begin a day.
 * @param {readonly Api.TimelineItem[]} items
 * @param {(instant: string) => string} dateOf
 */
export function byDay(items, dateOf) {
  let before = "";
  return items.map((item) => {
    const date = dateOf(item.at);
    const begins = date === before ? null : date;
    before = date;
    return { item, begins };
  });
}

/** Is there anything a colleague could take over at once? @param {readonly Api.Owed[]} owed @param {readonly Api.Conversation[]} conversations @param {string | null} me */
export const claimable = (owed, conversations, me) =>
  me !== null && (owed.some((item) => item.kind === "callback") || conversations.some((one) => one.assigned !== me));

/** What moved on the board that may have changed a customer's card. @param {Api.Board | null} board */
export const signature = (board) => (board ? `${board.customers} ${board.owed} ${board.mail.version} ${board.line.length}` : "");
