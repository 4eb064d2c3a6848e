/**
 * To the log-in and back to the page one was at.
 * @module
 */

/** The wallboard has an address of its own. */
const TV = "#tv";

/** Somebody has to log in first. */
export function toLogIn() {
  location.replace(`/login${location.pathname === "/tv" ? TV : location.hash}`);
}

/** Where whoever has logged in came from. */
export function backFromLogIn() {
  location.replace(location.hash === TV ? "/tv" : `/${location.hash}`);
}
