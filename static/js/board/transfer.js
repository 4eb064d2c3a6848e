/**
 * To whom, and how: the transfer dialog.
 * @module
 */
import { post } from "../lib/api.js";
import { ask, Unfinished } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { transferGoals } from "./board-facts.js";
import { personBadge } from "./people.js";

/**
 * @param {string} contact
 * @param {string} who
 * @param {import("./page.js").Context} context
 * @param {Api.Board | null} board
 */
export function askTransfer(contact, who, { voice, session, notices }, board) {
  const goals = transferGoals(board?.people ?? [], session.person?.id ?? null, voice.compare);
  const people = h("fieldset", { class: "choices" }, h("legend", null, voice.t("transfer.to")), ...goals.map((person) => goal(person, voice)));
  const number = h("input", { id: "transfer-number", name: "number", type: "tel", autocomplete: "off" });
  number.addEventListener("input", () => people.querySelectorAll("input").forEach((radio) => (radio.checked = false)));
  const kinds = h("fieldset", { class: "choices" }, h("legend", null, voice.t("transfer.how")), kind("attended", true, voice), kind("blind", false, voice));
  ask(voice, {
    title: voice.t("transfer.title", { who }),
    confirm: voice.t("transfer.confirm"),
    content: [people, h("div", { class: "field" }, h("label", { for: "transfer-number" }, voice.t("transfer.number")), number), kinds],
    async submit(data) {
      const to = String(data.get("number") || data.get("to") || "").trim();
      if (!to) throw new Unfinished(voice.t("transfer.nobody"));
      await post(`/calls/${contact}/transfer`, { to, kind: String(data.get("kind")) });
      notices.clear();
    },
  });
}

/** @param {Api.Person} person @param {import("../lib/i18n.js").Voice} voice */
function goal(person, voice) {
  const badge = personBadge(voice);
  badge.show(person);
  return h("label", { class: "choice" }, h("input", { type: "radio", name: "to", value: person.id }), h("bdi", { class: "name" }, person.name), badge.root);
}

/** @param {"attended" | "blind"} value @param {boolean} first @param {import("../lib/i18n.js").Voice} voice */
function kind(value, first, voice) {
  return h("label", { class: "choice" }, h("input", { type: "radio", name: "kind", value, checked: first }),
    h("span", null, h("em", null, voice.t(`transfer.${value}`)), h("br"), h("span", { class: "soft small" }, voice.t(`transfer.${value}_help`))),
    icon(value === "blind" ? "transfer" : "talking"));
}
