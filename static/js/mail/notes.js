/**
 * Notes that are not finished, kept in this browser.
 * @module
 */

/** @param {string} id of the conversation */
const key = (id) => `note ${id}`;

/** @param {string} id */
export function keptNote(id) {
  try {
    return localStorage.getItem(key(id)) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} id @param {string} text nothing: forget it */
export function keepNote(id, text) {
  try {
    if (text) localStorage.setItem(key(id), text);
    else localStorage.removeItem(key(id));
  } catch {
    // storage is off: the note lasts as long as the page
  }
}
