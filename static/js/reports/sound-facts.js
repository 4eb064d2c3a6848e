/**
 * Pure: what the packet counts of a leg say about its sound.
 * @module
 */

/** One RTP packet holds 20 ms of speech. */
const PACKET_MS = 20;
/** Shorter than this nothing can be judged. */
const JUDGED_MS = 1_000;
const LOST_SHARE = 0.03;
const JITTER_MS = 60;

/** @typedef {"good" | "deaf" | "mute" | "thin" | "poor" | "unknown"} Sound */

/**
 * deaf: nothing came from this phone; mute: nothing went to it; thin: less than a tenth of what speech takes
 * (phones may save silence, so not more is asked); poor: gaps one can hear.
 * @param {Api.Verdict | null} verdict
 * @returns {Sound}
 */
export function sound(verdict) {
  if (!verdict || verdict.expected_ms < JUDGED_MS) return "unknown";
  if (verdict.packets_in === 0) return "deaf";
  if (verdict.packets_out === 0) return "mute";
  if (verdict.packets_in + verdict.lost < verdict.expected_ms / PACKET_MS / 10) return "thin";
  const share = verdict.lost / (verdict.packets_in + verdict.lost);
  return share > LOST_SHARE || verdict.jitter_ms > JITTER_MS ? "poor" : "good";
}

const WORST_FIRST = /** @type {const} */ (["deaf", "mute", "thin", "poor", "good", "unknown"]);

/**
 * A contact's sound is that of its worst leg that was answered.
 * @param {readonly Api.Leg[]} legs
 * @returns {Sound}
 */
export function worst(legs) {
  const heard = legs.filter((leg) => leg.answered_at).map((leg) => sound(leg.verdict));
  return WORST_FIRST.find((one) => heard.includes(one)) ?? "unknown";
}
