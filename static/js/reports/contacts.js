/**
 * The calls behind a figure, or of the whole day.
 * @module
 */
import { spell } from "../lib/clock.js";
import { h, icon } from "../lib/dom.js";
import { caller } from "../board/caller.js";
import { otherEnd, tone } from "./day-facts.js";

/**
 * @param {readonly Api.Contact[]} contacts
 * @param {Api.Figure | null} figure
 * @param {import("../board/page.js").Context} context
 * @param {() => void} showAll
 */
export function contactTable(contacts, figure, context, showAll) {
  const { voice } = context;
  const title = figure && voice.has(`figure.${figure.id}`) ? voice.t("contacts.behind", { figure: voice.t(`figure.${figure.id}`) }) : voice.t("contacts.all");
  const heads = ["time", "who", "person", "waited", "talked", "outcome"].map((key) => h("th", { scope: "col", class: `col-${key}` }, voice.t(`contacts.${key}`)));
  const newestFirst = [...contacts].sort((a, b) => b.started_at.localeCompare(a.started_at));
  const table = h("table", { class: "contacts" }, h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...newestFirst.map((contact) => row(contact, context))));
  return h("section", { class: "card", "aria-labelledby": "contacts-title" },
    h("header", null, icon("talking"), h("h2", { id: "contacts-title", tabindex: "-1" }, title), h("span", { class: "count" }, voice.number(contacts.length)),
      figure && h("button", { type: "button", class: "button", onclick: showAll }, voice.t("contacts.show_all"))),
    contacts.length ? table : h("p", { class: "empty" }, voice.t("contacts.none")));
}

/** @param {Api.Contact} contact @param {import("../board/page.js").Context} context */
function row(contact, context) {
  const { voice } = context;
  const who = caller(voice);
  who.show(otherEnd(contact));
  return h("tr", { "data-contact": contact.id },
    h("td", { class: "col-time" }, h("time", { datetime: contact.started_at }, voice.time(contact.started_at))),
    h("td", { class: "col-who" }, icon(contact.kind, { label: voice.t(`kind.${contact.kind}`), class: "icon soft" }), " ", h("a", { href: `#/contact/${contact.id}` }, who.root)),
    h("td", { class: "col-person" }, h("bdi", null, personName(contact.person, context))),
    h("td", { class: "col-waited figures" }, spell(contact.waited_ms)),
    h("td", { class: "col-talked figures" }, spell(contact.talked_ms)),
    h("td", { class: "col-outcome" }, outcomeBadge(contact.outcome, voice)));
}

/** @param {Api.Outcome | null} outcome @param {import("../lib/i18n.js").Voice} voice */
export const outcomeBadge = (outcome, voice) =>
  h("span", { class: `badge ${tone(outcome)}` }, icon(outcome ?? "talking"), h("span", null, voice.t(`outcome.${outcome ?? "going_on"}`)));

/** @param {string | null} id @param {import("../board/page.js").Context} context */
export const personName = (id, { store }) => (id ? (store.now().board?.people.find((person) => person.id === id)?.name ?? id) : "");
