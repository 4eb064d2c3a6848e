/**
 * Everything that passed between a customer and the office, newest first: calls, promises, messages, mails, notes.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, mark, rows, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { messagePlayer } from "../owed/player.js";
import { outcomeBadge } from "../reports/contacts.js";
import { byDay, keyOf, renewed } from "./customers-facts.js";

const DRAWN = { call: "talking", callback: "callback_requested", voicemail: "voicemail", mail: "inbound", reply: "outbound", auto_reply: "auto", note: "note" };

/** @typedef {import("../board/page.js").Context} Context */

/**
 * @param {string} id of the customer
 * @param {Context} context
 */
export function timelineCard(id, context) {
  const { voice, notices } = context;
  const [state, list] = [h("div", { class: "list-state" }), h("ol", { class: "list timeline" })];
  const more = h("button", { type: "button", class: "button more", hidden: true }, voice.t("customer.older"));
  const root = h("section", { class: "card", "aria-labelledby": "timeline-title" }, h("header", null, icon("day"), h("h2", { id: "timeline-title" }, voice.t("customer.timeline"))), state, list, more);
  const update = rows(list, (/** @type {ReturnType<typeof byDay>[number]} */ one) => keyOf(one.item), ({ item }) => timelineRow(item, context));
  const path = `/customers/${encodeURIComponent(id)}/timeline`;
  /** @type {Api.TimelineItem[] | null} */
  let items = null;
  /** @type {string | null} */
  let cursor = null;
  let gone = false;
  swap(state, h("p", { class: "soft" }, voice.t("day.loading")));

  function draw() {
    update(byDay(items ?? [], voice.dateOf));
    more.hidden = !cursor;
    swap(state, items?.length === 0 && h("p", { class: "empty" }, voice.t("customer.timeline_empty")));
  }
  async function refresh() {
    try {
      const page = await get(path);
      if (gone) return;
      const isFirst = items === null;
      items = renewed(page.items, items ?? []);
      // what was paged to before is still there: its cursor is the older one
      if (isFirst || items.length === page.items.length) cursor = page.next_cursor;
      draw();
    } catch (error) {
      if (!gone) swap(state, failure(error, voice, refresh));
    }
  }
  more.addEventListener("click", async () => {
    try {
      const page = await get(`${path}?cursor=${encodeURIComponent(cursor ?? "")}`);
      if (gone) return;
      const first = page.items[0];
      items = [...(items ?? []), ...page.items];
      cursor = page.next_cursor;
      draw();
      // who reads on by keyboard goes on where the older ones begin
      if (first) /** @type {HTMLElement | null} */ (list.querySelector(`[data-item="${CSS.escape(keyOf(first))}"]`))?.focus();
    } catch (error) {
      notices.show(error);
    }
  });
  return { root, refresh, end: () => void (gone = true) };
}

/** @param {Api.TimelineItem} first @param {Context} context */
function timelineRow(first, context) {
  const { voice } = context;
  const day = h("h3", { class: "day" });
  const state = h("div", { class: "wait" });
  const root = h("li", { "data-item": keyOf(first), tabindex: "-1" }, day, h("div", { class: "row" }, icon(DRAWN[first.kind] ?? "note", { label: voice.t(`mail.kind_${first.kind}`) }), h("div", { class: "who" }, ...what(first, context)), state));
  return {
    root,
    update(/** @type {ReturnType<typeof byDay>[number]} */ { item, begins }) {
      day.hidden = begins === null;
      if (begins) say(day, voice.day(begins));
      swap(state, ...standing(item, voice));
      mark(root, "data-kind", item.kind);
    },
  };
}

/** How it stands, and when it was. @param {Api.TimelineItem} item @param {import("../lib/i18n.js").Voice} voice */
const standing = (item, voice) => [
  item.contact && item.kind !== "voicemail" && outcomeBadge(item.contact.outcome, voice),
  item.mail && item.kind === "mail" && h("span", { class: "badge calm" }, voice.t(`mail.state_${item.mail.state}`)),
  item.mail?.sent_state && item.mail.sent_state !== "sent" && h("span", { class: "badge warm" }, voice.t(item.mail.sent_state === "failed" ? "mail.sent_failed" : "mail.sent_queued")),
  h("time", { class: "figures", datetime: item.at }, voice.time(item.at)),
];

/** What it was. @param {Api.TimelineItem} item @param {Context} context */
function what(item, { voice, store }) {
  const person = item.person && (store.now().board?.people.find((one) => one.id === item.person)?.name ?? item.person);
  const by = h("bdi", { class: "soft small" }, person ?? "");
  if (item.contact) return ofCall(item, item.contact, by, voice);
  if (item.mail) {
    const { conversation, subject, text, attachments } = item.mail;
    const files = attachments > 0 && h("span", { class: "soft small" }, icon("clip"), voice.t("timeline.files", { n: attachments }));
    return [h("a", { href: `#/mail/${conversation}`, dir: "auto" }, subject || voice.t("mail.no_subject")), h("p", { class: "excerpt", dir: "auto" }, text), files, by];
  }
  return [h("p", { class: "note-text", dir: "auto" }, item.text ?? ""), by];
}

/** @param {Api.TimelineItem} item @param {Api.Contact} contact @param {HTMLElement} by @param {import("../lib/i18n.js").Voice} voice */
function ofCall(item, contact, by, voice) {
  const times = [contact.waited_ms > 0 && voice.t("timeline.waited", { length: voice.length(contact.waited_ms) }), contact.talked_ms > 0 && voice.t("timeline.talked", { length: voice.length(contact.talked_ms) })].filter(Boolean).join(" · ");
  const name = contact.kind === "outbound" && item.kind === "call" ? voice.t("timeline.call_out") : voice.t(`mail.kind_${item.kind}`);
  return [h("a", { href: `#/contact/${contact.id}` }, name), times && h("span", { class: "soft small" }, times), by, contact.message && item.kind === "voicemail" && messagePlayer(contact.id, contact.message.saved_at, voice)];
}
