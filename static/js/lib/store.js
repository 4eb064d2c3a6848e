/**
 * One state for a page, and those who watch a part of it.
 * @module
 */

/**
 * @template {object} S
 * @typedef {object} Store
 * @property {() => S} now
 * @property {(change: Partial<S>) => void} set
 * @property {<P>(part: (state: S) => P, tell: (part: P) => void) => () => void} watch
 */

/**
 * @template {object} S
 * @param {S} start
 * @returns {Store<S>}
 */
export function createStore(start) {
  let state = start;
  /** @type {Set<() => void>} */
  const watchers = new Set();
  return {
    now: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const tell of [...watchers]) tell();
    },
    /** Tells at once, then whenever the part is another value; returns how to stop. */
    watch(part, tell) {
      let seen = part(state);
      const look = () => {
        const next = part(state);
        if (Object.is(next, seen)) return;
        seen = next;
        tell(next);
      };
      watchers.add(look);
      tell(seen);
      return () => watchers.delete(look);
    },
  };
}
