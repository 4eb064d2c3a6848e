/**
 * Elements, never strings: what a caller calls himself can only ever become text.
 * @module
 */

const SVG = "http://www.w3.org/2000/svg";
const SPRITE = new URL("../../icons/sprite.svg", import.meta.url).pathname;

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element. `on…` props are listeners, `class`, `data-…`, `aria-…` and the rest attributes;
 * `false`, `null` and `undefined` leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown> | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  dress(element, props ?? {});
  fill(element, children);
  return element;
}

/**
 * Makes an SVG element.
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function s(tag, props, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  dress(element, props ?? {});
  fill(element, children);
  return element;
}

/**
 * One of our drawn icons; silent unless it has a label.
 * @param {string} name
 * @param {{ label?: string, class?: string, box?: string }} [how]
 * @returns {SVGElement}
 */
export function icon(name, how = {}) {
  const spoken = how.label ? { role: "img", "aria-label": how.label } : { "aria-hidden": "true" };
  const box = how.box ?? "0 0 24 24";
  return s("svg", { class: how.class ?? "icon", viewBox: box, ...spoken }, s("use", { href: `${SPRITE}#${name}` }));
}

/**
 * Puts an icon's other drawing in its place.
 * @param {Element} svg
 * @param {string} name
 */
export function redraw(svg, name) {
  const href = `${SPRITE}#${name}`;
  const use = svg.firstElementChild;
  if (use && use.getAttribute("href") !== href) use.setAttribute("href", href);
}

/**
 * Sets text only when it differs, so that a screen reader's place and a selection survive.
 * @param {Node} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Sets or removes an attribute only when it differs.
 * @param {Element} element
 * @param {string} name
 * @param {string | null | false | undefined} value
 */
export function mark(element, name, value) {
  if (value === null || value === false || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/**
 * Replaces all children.
 * @param {Element} element
 * @param {...Child} children
 */
export function swap(element, ...children) {
  element.replaceChildren();
  fill(element, children);
}

/**
 * A list of rows that follows a list of items: rows are reused by key, moved only when their place
 * changed (moving an element would take the focus away), and patched.
 * @template I
 * @param {Element} parent
 * @param {(item: I) => string} key
 * @param {(item: I) => { root: Element, update: (item: I) => void }} create
 * @returns {(items: readonly I[]) => void}
 */
export function rows(parent, key, create) {
  /** @type {Map<string, { root: Element, update: (item: I) => void }>} */
  const kept = new Map();
  return (items) => {
    const wanted = new Set(items.map(key));
    for (const [id, row] of kept) {
      if (wanted.has(id)) continue;
      row.root.remove();
      kept.delete(id);
    }
    items.forEach((item, place) => {
      const id = key(item);
      const row = kept.get(id) ?? create(item);
      kept.set(id, row);
      if (parent.children[place] !== row.root) parent.insertBefore(row.root, parent.children[place] ?? null);
      row.update(item);
    });
  };
}

/** @param {Element} element @param {Record<string, unknown>} props */
function dress(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/** @param {Element} element @param {readonly Child[]} children */
function fill(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}
