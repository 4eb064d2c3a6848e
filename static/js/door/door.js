/**
 * What log-in and set-up share: the frame of the door, fields with help, and where a refusal is read.
 * @module
 */
import { h, icon, swap } from "../lib/dom.js";
import { appearance } from "../frame/appearance.js";

/**
 * @param {import("../lib/i18n.js").Voice} voice
 * @param {string} title
 * @param {...Node} content
 */
export function door(voice, title, ...content) {
  document.title = `${title} · frontdesk`;
  const tools = h("div", { class: "tools" }, ...appearance(voice));
  const brand = h("div", { class: "brand" }, icon("logo"), h("span", null, "frontdesk"));
  document.body.replaceChildren(h("header", { class: "door-top" }, brand, tools), h("main", { class: "door card" },
    icon("pic-desk", { class: "picture", box: "0 0 240 140" }), h("h1", { tabindex: "-1" }, title), ...content));
}

/**
 * A field with its label and its help in plain words.
 * @param {import("../lib/i18n.js").Voice} voice
 * @param {string} key of its words: `{key}` and `{key}_help`
 * @param {HTMLInputElement | HTMLSelectElement} control
 */
export function field(voice, key, control) {
  const help = voice.has(`${key}_help`) ? h("p", { class: "help", id: `${control.id}-help` }, voice.t(`${key}_help`)) : null;
  if (help) control.setAttribute("aria-describedby", help.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, voice.t(key)), control, help);
}

/** Where a refusal is read, and spoken at once. */
export function refusalBox() {
  const root = h("div", { role: "alert" });
  return { root, show: (/** @type {string} */ text) => swap(root, h("p", { class: "notice bad" }, icon("alarm"), h("span", null, text))), clear: () => root.replaceChildren() };
}
