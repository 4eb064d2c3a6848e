/**
 * Pure: which sentences are shown.
 * @module
 */

/**
 * Those that hold every word typed, in their text or their name.
 * @param {readonly Api.Prompt[]} prompts
 * @param {string} typed
 */
export function matching(prompts, typed) {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return prompts.filter(({ name, text }) => words.every((word) => `${name} ${text ?? ""}`.toLocaleLowerCase().includes(word)));
}
