/**
 * What is written and nowhere else yet, kept in this browser: a box that is away, or a log-in that ended, takes no
 * word of it.
 * @module
 */

/**
 * @param {() => Storage} storage
 * @param {string} kind
 */
const shelf = (storage, kind) => ({
  /** @param {string} of whom or what it belongs to */
  get(of) {
    try {
      return storage().getItem(`${kind} ${of}`) ?? "";
    } catch {
      return "";
    }
  },
  /** @param {string} of @param {string} text nothing: forget it */
  put(of, text) {
    try {
      if (text) storage().setItem(`${kind} ${of}`, text);
      else storage().removeItem(`${kind} ${of}`);
    } catch {
      // storage is off: it lasts as long as the page
    }
  },
});

/** Notes that are not finished: they are kept here alone, so this browser keeps them. */
export const notes = shelf(() => localStorage, "note");
/** Answers the box does not have yet; it keeps them once it heard of them. */
export const answers = shelf(() => sessionStorage, "answer");
/** Mails to somebody new that were begun. */
export const newMails = shelf(() => sessionStorage, "new mail");
