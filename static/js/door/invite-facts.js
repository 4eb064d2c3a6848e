/**
 * Pure: the password somebody chooses.
 * @module
 */
import { PASSWORD_LETTERS_MIN } from "./setup-facts.js";

/**
 * The sentence that says what is not right yet.
 * @param {string} password
 * @param {string} again
 * @returns {string | null}
 */
export function fault(password, again) {
  if (!password) return "invite.empty";
  if ([...password].length < PASSWORD_LETTERS_MIN) return "invite.short";
  return password === again ? null : "invite.differ";
}
