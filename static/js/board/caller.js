/**
 * How a caller is written: the customer's name first, the number under it; both as text and in their own direction.
 * @module
 */
import { h, say } from "../lib/dom.js";

/** @param {import("../lib/i18n.js").Voice} voice */
export function caller(voice) {
  const name = h("bdi", { class: "name" });
  const number = h("bdi", { class: "number soft" });
  const root = h("span", { class: "caller" }, name, number);
  return {
    root,
    text: () => name.textContent ?? "",
    /** @param {{ customer: string | null, number: string | null }} entry */
    show(entry) {
      say(name, entry.customer || entry.number || voice.t("caller.withheld"));
      say(number, entry.customer && entry.number ? entry.number : "");
      number.hidden = !number.textContent;
    },
  };
}
