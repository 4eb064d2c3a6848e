/**
 * How a caller is written: the customer's name first, the number under it; both as text and in their own direction.
 * @module
 */
import { h, say } from "../lib/dom.js";
import { spaced } from "./board-facts.js";

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
      const whole = entry.number ? spaced(entry.number) : "";
      say(name, entry.customer || whole || voice.t("caller.withheld"));
      say(number, entry.customer ? whole : "");
      number.hidden = !number.textContent;
    },
  };
}
