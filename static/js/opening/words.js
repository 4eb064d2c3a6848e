/**
 * The owner's word over the hours, as a sentence.
 * @module
 */

/**
 * "Service is closed until 14:00."
 * @param {Api.HoursOverride} one @param {Api.Board} board @param {import("../lib/i18n.js").Voice} voice
 */
export function overrideText({ group, open, until }, board, voice) {
  const name = group ? (board.groups.find((one) => one.id === group)?.name ?? group) : voice.t("override.office");
  const isToday = voice.dateOf(until) === voice.dateOf(board.now);
  return voice.t(open ? "override.is_open" : "override.is_closed", { name, until: isToday ? voice.time(until) : voice.moment(until) });
}
