/**
 * Pure: days, figures and contacts as the day page shows them.
 * @module
 */

/**
 * The date so many days on.
 * @param {string} date 2026-11-21
 * @param {number} days
 */
export function shift(date, days) {
  const then = new Date(`${date}T00:00:00Z`);
  then.setUTCDate(then.getUTCDate() + days);
  return then.toISOString().slice(0, 10);
}

/** Whether it is a date that exists. @param {string} text */
export const isDate = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && shift(text, 0) === text;

/**
 * Hours worth drawing: from the first to the last with a call, and at least an office day around it.
 * @param {readonly Api.Hour[]} hours
 * @param {(instant: string) => number} hourOf
 */
export function busyHours(hours, hourOf) {
  const shown = hours.filter((hour) => hour.offered > 0 || (hourOf(hour.at) >= 8 && hourOf(hour.at) < 17));
  const [first, last] = [shown[0], shown[shown.length - 1]];
  return first && last ? hours.slice(hours.indexOf(first), hours.indexOf(last) + 1) : [];
}

/**
 * Where a figure moved to since the week before; null: nothing to compare.
 * @param {Pick<Api.Figure, "value" | "previous">} figure
 * @returns {"up" | "down" | "same" | null}
 */
export function trend({ value, previous }) {
  if (value === null || previous === null || previous === undefined) return null;
  return value > previous ? "up" : value < previous ? "down" : "same";
}

/** A figure's part, 0 when it is not there. @param {Pick<Api.Figure, "parts">} figure @param {string} id */
export const part = (figure, id) => figure.parts.find((one) => one.id === id)?.value ?? null;

/**
 * The other end of a contact: who called us, or whom we called.
 * @param {Api.Contact} contact
 * @returns {{ customer: string | null, number: string | null }}
 */
export function otherEnd(contact) {
  const party = contact.kind === "outbound" ? contact.to : contact.from;
  return { customer: contact.customer ?? (party.name || null), number: party.number };
}

/** Good, bad or neither; the icon and the word say the same. @param {Api.Outcome | null} outcome */
export function tone(outcome) {
  if (outcome === "answered" || outcome === "internal") return "good";
  if (outcome === "abandoned" || outcome === "failed_technical" || outcome === "unreached") return "bad";
  if (outcome === null) return "calm";
  return outcome === "callback_requested" || outcome === "voicemail" || outcome === "overflowed" ? "warm" : "";
}
