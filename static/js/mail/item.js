/**
 * One thing in a conversation: a mail, our answer, a note. What others wrote is text, or shown in a frame that
 * runs nothing and fetches nothing.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { post } from "../lib/api.js";
import { h, icon, mark, swap } from "../lib/dom.js";
import { messagePlayer } from "../owed/player.js";
import { outcomeBadge } from "../reports/contacts.js";
import { parts, size } from "./mail-facts.js";

/** Players of messages, kept while the conversation is drawn anew: what is being heard goes on. @typedef {Map<string, HTMLElement>} Players */

const DRAWN = { mail: "inbound", reply: "outbound", auto_reply: "auto", note: "note", call: "talking", voicemail: "voicemail", callback: "callback_requested" };

/**
 * @param {Api.ConversationItem} item
 * @param {{ context: import("../board/page.js").Context, id: string, isNew: boolean, changed: () => Promise<void>, players: Players }} around
 */
export function itemCard(item, { context, id, isNew, changed, players }) {
  const { voice } = context;
  if (item.contact) return spokenCard(item, item.contact, context, isNew, players);
  const heading = h("header", { class: "item-head" }, icon(DRAWN[item.kind] ?? "inbound", { label: voice.t(`mail.kind_${item.kind}`) }),
    h("span", { class: "item-who" }, sender(item, context), item.to.length > 0 && h("span", { class: "soft small" }, voice.t("mail.to", { who: item.to.map(address).join(", ") }))),
    h("time", { class: "soft small figures", datetime: item.at }, voice.moment(item.at)));
  return h("article", { class: `card item ${item.kind}${isNew ? " fresh" : ""}`, "data-item": item.id, "aria-label": voice.t(`mail.kind_${item.kind}`) },
    isNew && h("p", { class: "badge warm" }, voice.t("mail.new_to_you")), heading, ...labels(item, voice), words(item, voice), asSent(item, voice), files(item, voice), sentState(item, context, id, changed));
}

/** A call, a promise or a message between the mails. @param {Api.ConversationItem} item @param {Api.Contact} contact @param {import("../board/page.js").Context} context @param {boolean} isNew @param {Players} players */
function spokenCard(item, contact, context, isNew, players) {
  const { voice } = context;
  const name = contact.kind === "outbound" && item.kind === "call" ? voice.t("timeline.call_out") : voice.t(`mail.kind_${item.kind}`);
  const times = [contact.waited_ms > 0 && voice.t("timeline.waited", { length: voice.length(contact.waited_ms) }), contact.talked_ms > 0 && voice.t("timeline.talked", { length: voice.length(contact.talked_ms) })].filter(Boolean).join(" · ");
  const { message } = contact;
  if (message && !players.has(item.id)) players.set(item.id, messagePlayer(item.id, message.saved_at, voice));
  return h("article", { class: `card item ${item.kind}${isNew ? " fresh" : ""}`, "data-item": item.id, "aria-label": name },
    h("header", { class: "item-head" }, icon(DRAWN[item.kind] ?? "talking", { label: name }), h("span", { class: "item-who" }, h("a", { href: `#/contact/${item.id}` }, name), sender(item, context), times && h("span", { class: "soft small" }, times)),
      item.kind !== "voicemail" && outcomeBadge(contact.outcome, voice), h("time", { class: "soft small figures", datetime: item.at }, voice.moment(item.at))),
    message ? players.get(item.id) : null);
}

/** @param {Api.ConversationItem} item @param {import("../board/page.js").Context} context */
function sender(item, { store, voice }) {
  const person = item.person && (store.now().board?.people.find((one) => one.id === item.person)?.name ?? item.person);
  if (person) return h("bdi", { class: "name" }, person);
  if (item.kind === "auto_reply") return h("span", { class: "name" }, voice.t("mail.by_itself"));
  if (!item.from) return null;
  if (!item.from.name) return h("bdi", { class: "name" }, item.from.address);
  return h("span", null, h("bdi", { class: "name" }, item.from.name), " ", h("bdi", { class: "soft small" }, item.from.address));
}

/** @param {{ name: string, address: string }} who */
const address = ({ name, address }) => name || address;

/** What is said beside a mail: `network:…` names the network. @param {Api.ConversationItem} item @param {import("../lib/i18n.js").Voice} voice */
const labels = (item, voice) =>
  item.labels.map((label) => label.split(":")).filter(([word = ""]) => voice.has(labelKey(word))).map(([word = "", name = ""]) => h("p", { class: "notice warm" }, icon("late"), h("span", null, voice.t(labelKey(word), { name }))));

/** @param {string} word */
const labelKey = (word) => `mail.label_${word.replaceAll("-", "_")}`;

/** @param {Api.ConversationItem} item @param {import("../lib/i18n.js").Voice} voice */
function words(item, voice) {
  const { fresh, quoted } = parts(item.text);
  const said = h("div", { class: "item-text", dir: "auto" }, fresh || (quoted ? "" : voice.t("mail.no_text")));
  return h("div", null, said, quoted && h("details", { class: "quoted" }, h("summary", null, voice.t("mail.quoted")), h("div", { class: "item-text soft", dir: "auto" }, quoted)));
}

/** The mail as its sender made it, in a frame of its own; pictures from elsewhere only after a press. @param {Api.ConversationItem} item @param {import("../lib/i18n.js").Voice} voice */
function asSent(item, voice) {
  const address = item.html_url;
  if (!address) return null;
  const place = h("div");
  const frame = (/** @type {string} */ src) => h("iframe", { class: "mail-frame", sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer", src, title: voice.t("mail.as_sent") });
  const images = h("button", { type: "button", class: "button", hidden: true, onclick: () => swap(place, frame(`${address}?images=1`)) }, voice.t("mail.images"));
  const open = h("button", { type: "button", class: "button", "aria-expanded": "false" }, icon("open"), voice.t("mail.as_sent"));
  open.addEventListener("click", () => {
    const isOpen = open.getAttribute("aria-expanded") === "true";
    mark(open, "aria-expanded", String(!isOpen));
    images.hidden = isOpen;
    swap(place, !isOpen && frame(address));
  });
  return h("div", { class: "as-sent" }, h("div", { class: "buttons start" }, open, images), place);
}

/** @param {Api.ConversationItem} item @param {import("../lib/i18n.js").Voice} voice */
function files(item, voice) {
  const all = item.attachments.map((file) => h("li", null, h("a", { class: "button", href: file.url, download: file.name }, icon("clip"), h("bdi", null, file.name), h("span", { class: "soft small" }, size(file.size, voice)))));
  const raw = item.raw_url && h("li", null, h("a", { class: "soft small", href: item.raw_url, download: true }, voice.t("mail.raw")));
  return all.length || raw ? h("ul", { class: "files" }, ...all, raw) : null;
}

/**
 * How far our own mail is, and what can be done about it.
 * @param {Api.ConversationItem} item @param {import("../board/page.js").Context} context @param {string} id @param {() => Promise<void>} changed
 */
function sentState(item, { voice, session, notices }, id, changed) {
  const state = item.sent_state;
  if (!state) return null;
  const tell = (/** @type {string} */ verb) => async () => {
    await post(`/conversations/${encodeURIComponent(id)}/${verb}`, { item: item.id });
    await changed();
  };
  const may = session.role !== "viewer";
  const undo = may && state === "held" && actionButton({ class: "button", "data-action": "undo" }, tell("undo"), notices, icon("previous"), voice.t("mail.undo"));
  const again = may && (state === "failed" || state === "unsure") && actionButton({ class: "button", "data-action": "again" }, tell("send-again"), notices, voice.t("mail.send_again"));
  const tone = state === "failed" || state === "unsure" ? "bad" : "";
  const until = state === "held" && item.sent_at ? { time: voice.timeExact(item.sent_at) } : { time: "" };
  return h("footer", { class: `item-foot ${tone}` }, h("span", { class: `small ${tone ? "wrong" : "soft"}` }, voice.t(`mail.sent_${state}`, until), item.sent_error && h("q", { dir: "auto" }, item.sent_error)), undo, again);
}
