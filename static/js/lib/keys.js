/**
 * A list of links walked with the arrows too: Down, Up, Home and End, as in any list of mails.
 * @module
 */

/** @param {Element} list */
export function arrows(list) {
  list.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || event.altKey || event.ctrlKey || event.metaKey) return;
    const links = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > li a[href]")]);
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  });
}
