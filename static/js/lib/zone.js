/**
 * Pure: what the clock on the office's wall shows. The server reads such times; no instant is made of them here.
 * @module
 */

/**
 * The wall clock of a zone at an instant, as `<input type="datetime-local">` writes it: 2026-11-21T14:00.
 * @param {number} instantMs
 * @param {string} zone
 */
export function wallClock(instantMs, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(new Date(instantMs));
  const of = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.value ?? "00";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/**
 * The next such weekday at an hour, on that wall clock: "Saturday 14:00".
 * @param {number} nowMs @param {string} zone @param {number} weekday 0 is Sunday @param {string} time 14:00
 */
export function nextWeekday(nowMs, zone, weekday, time) {
  const today = wallClock(nowMs, zone).slice(0, 10);
  const start = new Date(`${today}T00:00:00Z`);
  const days = (weekday - start.getUTCDay() + 7) % 7;
  const date = (/** @type {number} */ more) => new Date(start.getTime() + more * 86_400_000).toISOString().slice(0, 10);
  const first = `${date(days)}T${time}`;
  return first > wallClock(nowMs, zone) ? first : `${date(days + 7)}T${time}`;
}
