/**
 * Time is drawn, not sent: the server's clock, one ticker, and how lengths of time are written.
 * @module
 */

let offsetMs = 0;
/** @type {number | null} where the clock stands while the feed is lost */
let stoppedAt = null;
/** @type {Set<() => void>} */
const tickers = new Set();
/** @type {ReturnType<typeof setInterval> | null} */
let beat = null;

/**
 * Follows the server's clock; also starts the clock again.
 * @param {string} instant
 */
export function follow(instant) {
  offsetMs = Date.parse(instant) - Date.now();
  stoppedAt = null;
  tick();
}

/** Lets all timers stand: we do not know what goes on. */
export function stop() {
  stoppedAt ??= now();
  tick();
}

/** The server's time in milliseconds, or when we last knew it. */
export const now = () => stoppedAt ?? Date.now() + offsetMs;

/**
 * Calls once a second while the page is seen, and at once.
 * @param {() => void} tell
 * @returns {() => void} how to stop
 */
export function everySecond(tell) {
  tickers.add(tell);
  beat ??= setInterval(tick, 1000);
  tell();
  return () => {
    tickers.delete(tell);
    if (tickers.size || !beat) return;
    clearInterval(beat);
    beat = null;
  };
}

/**
 * A length of time as on a phone: 0:07, 12:30, 1:02:03.
 * @param {number} ms
 */
export function spell(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/**
 * The same for machines: PT12M30S.
 * @param {number} ms
 */
export const duration = (ms) => `PT${Math.max(0, Math.floor(ms / 1000))}S`;

function tick() {
  if (typeof document !== "undefined" && document.hidden) return;
  for (const tell of tickers) tell();
}

if (typeof document !== "undefined") document.addEventListener("visibilitychange", tick);

/** Where elements exist at all: units run without a browser. */
const Base = typeof HTMLElement === "undefined" ? /** @type {typeof HTMLElement} */ (class {}) : HTMLElement;

/**
 * `<fd-elapsed since="…">` counts up, `<fd-elapsed until="…">` counts down to 0:00. Silent to screen readers.
 * `late-ms` adds `data-late` when the count has passed it.
 */
export class Elapsed extends Base {
  static observedAttributes = ["since", "until", "late-ms"];
  /** @type {(() => void) | null} */
  #halt = null;

  connectedCallback() {
    this.setAttribute("role", "timer");
    this.setAttribute("aria-live", "off");
    this.#halt = everySecond(() => this.draw());
  }

  disconnectedCallback() {
    this.#halt?.();
    this.#halt = null;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw();
  }

  draw() {
    const [since, until] = [this.getAttribute("since"), this.getAttribute("until")];
    const ms = until ? Date.parse(until) - now() : since ? now() - Date.parse(since) : 0;
    const text = spell(ms);
    if (this.textContent !== text) this.textContent = text;
    const late = this.getAttribute("late-ms");
    this.toggleAttribute("data-late", late !== null && ms > Number(late));
  }
}

if (typeof customElements !== "undefined") customElements.define("fd-elapsed", Elapsed);
