/**
 * One polite voice for screen readers. Sentences of one moment are spoken together.
 * @module
 */
import { h } from "./dom.js";

const GATHER_MS = 400;

/**
 * @param {Element} root where the silent region is put
 * @returns {(sentence: string) => void}
 */
export function announcer(root) {
  const region = h("div", { class: "unseen", role: "status", "aria-live": "polite", id: "announcer" });
  root.append(region);
  /** @type {string[]} */
  let waiting = [];
  return (sentence) => {
    waiting.push(sentence);
    if (waiting.length > 1) return;
    setTimeout(() => {
      region.textContent = waiting.slice(0, 5).join(" ");
      waiting = [];
    }, GATHER_MS);
  };
}
