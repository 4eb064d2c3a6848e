/**
 * The feed: whole boards as they change, and the truth about whether we still hear them.
 * @module
 */
import { ApiError, get } from "./api.js";

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 10_000;
/** Silence after which we ask whether anybody is there. */
const WATCHDOG_MS = 20_000;
/** A tab nobody sees for so long lets go of its connection. */
const HIDDEN_MS = 30_000;

/**
 * @typedef {object} Listener
 * @property {(board: Api.Board) => void} board
 * @property {() => void} lost the picture may be old from here on
 * @property {(error: ApiError) => void} refused the server answers, but not with a board (401, 403)
 */

/**
 * Follows the board until stopped.
 * @param {Listener} listener
 * @param {{ query?: string, always?: boolean }} [how] `always`: also while nobody looks
 * @returns {() => void}
 */
export function follow(listener, how = {}) {
  const query = how.query ? `?${how.query}` : "";
  /** @type {EventSource | null} */
  let feed = null;
  let [stopped, retryMs, version] = [false, RETRY_FIRST_MS, -1];
  /** @type {Record<"retry" | "watchdog" | "hidden", ReturnType<typeof setTimeout> | undefined>} */
  const timers = { retry: undefined, watchdog: undefined, hidden: undefined };

  /** @param {Api.Board} board */
  const heard = (board) => {
    version = board.version;
    retryMs = RETRY_FIRST_MS;
    listener.board(board);
    watch();
  };
  const watch = () => {
    clearTimeout(timers.watchdog);
    timers.watchdog = setTimeout(check, WATCHDOG_MS);
  };
  // Asks for the board: a link that looks open may be dead, and only an answer proves it is not.
  const check = async () => {
    try {
      const board = await get(`/board${query}`);
      if (stopped) return;
      const missed = board.version !== version && version !== -1;
      heard(board);
      if (missed || !feed || feed.readyState === EventSource.CLOSED) open();
    } catch (error) {
      if (!stopped) fail(error);
    }
  };
  /** @param {unknown} error */
  const fail = (error) => {
    close();
    listener.lost();
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return listener.refused(error);
    timers.retry = setTimeout(check, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  };
  const open = () => {
    close();
    // A feed sends no headers, so it says its language here.
    feed = new EventSource(`/api/v1/live?${how.query ? `${how.query}&` : ""}lang=${document.documentElement.lang}`);
    feed.addEventListener("board", (event) => heard(JSON.parse(event.data)));
    feed.addEventListener("error", () => {
      close();
      listener.lost();
      timers.retry = setTimeout(check, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
    });
    watch();
  };
  const close = () => {
    feed?.close();
    feed = null;
    clearTimeout(timers.retry);
    clearTimeout(timers.watchdog);
  };
  const seen = () => {
    clearTimeout(timers.hidden);
    if (document.hidden) timers.hidden = setTimeout(close, HIDDEN_MS);
    else if (!feed) check();
  };

  if (!how.always) document.addEventListener("visibilitychange", seen);
  addEventListener("online", check);
  addEventListener("offline", () => listener.lost());
  check();
  return () => {
    stopped = true;
    close();
    clearTimeout(timers.hidden);
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", check);
  };
}
