/**
 * One conversation: everything in it, who is in it now, and what can be done.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { get, post } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { h, icon, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { askAssign, askSnooze } from "./asks.js";
import { itemCard } from "./item.js";
import { PRESENT_MS, actions, due, others, unseen } from "./mail-facts.js";
import { show as showDue } from "./row.js";
import { writer } from "./write.js";

/** @typedef {import("../board/page.js").Context} Context */

/**
 * @param {Element} root
 * @param {Context} context
 * @param {string} id
 * @returns {() => void}
 */
export function mount(root, context, id) {
  const { voice, store, session } = context;
  const [head, state, items] = [h("div", { class: "mail-head" }), h("div", { class: "list-state" }), h("div", { class: "items" })];
  const presence = h("p", { class: "notice warm", role: "status", hidden: true });
  const path = `/conversations/${encodeURIComponent(id)}`;
  /** @type {Api.ConversationDetail | null} */
  let shown = null;
  /** The version the writer had before the eyes; what came while somebody writes is not seen by being drawn. */
  let seen = 0;
  /** @type {Set<string>} */
  const fresh = new Set();
  /** @type {Map<string, HTMLElement>} */
  const players = new Map();
  let gone = false;
  const desk = session.role !== "viewer" && session.person ? writer(context, id, { changed: refresh, seen: () => seen, reread, fields: () => fields(shown, context) }) : null;
  root.append(h("div", { class: "page conversation" }, h("p", null, h("a", { href: "#/mail" }, icon("previous"), voice.t("mail.back"))), head, state, items, presence, desk?.root ?? null));
  swap(head, h("h1", { tabindex: "-1" }, voice.t("mail.conversation")), h("p", { class: "soft" }, voice.t("day.loading")));

  async function refresh() {
    try {
      const turn = desk?.turn() ?? 0;
      const next = await get(path);
      if (gone) return;
      if (shown) unseen(shown.items, next.items).forEach((id) => fresh.add(id));
      shown = next;
      if (!desk?.isWriting()) looked();
      draw();
      desk?.begin(next.draft, next.attached, turn);
    } catch (error) {
      if (!gone) swap(state, failure(error, voice, refresh));
    }
  }
  /** Nothing is being written, or what came was shown beside a refusal: now it is seen. */
  function looked() {
    seen = shown?.version ?? 0;
    if (!desk?.isWriting()) fresh.clear();
  }
  /** The answer was refused for what came: that is shown, and the next press means it. */
  async function reread() {
    await refresh();
    looked();
  }
  function draw() {
    if (!shown) return;
    const focused = document.activeElement === head.querySelector("h1");
    swap(state);
    swap(head, ...heading(shown, context, refresh));
    swap(items, ...shown.items.map((item) => itemCard(item, { context, id, isNew: fresh.has(item.id), changed: refresh, players })));
    if (focused) head.querySelector("h1")?.focus();
    if (desk) desk.root.hidden = Boolean(shown.merged_into);
  }
  const look = () => session.person && post(`${path}/present`, { doing: "looking" }).catch(() => {}); // said again soon
  const again = setInterval(look, PRESENT_MS);
  look();
  const stops = [
    store.watch((one) => one.board?.mail.version ?? 0, refresh),
    store.watch((one) => one.board, (board) => tell(presence, others(board, id, session.person?.id ?? null), context)),
  ];
  return () => {
    gone = true;
    clearInterval(again);
    stops.forEach((stop) => stop());
    desk?.end();
    if (session.person) post(`${path}/present`, { doing: null }).catch(() => {}); // it ends by itself
  };
}

/** Who else is here. @param {HTMLElement} root @param {Api.Present[]} present @param {Context} context */
function tell(root, present, { voice, store }) {
  root.hidden = present.length === 0;
  const name = (/** @type {string} */ id) => store.now().board?.people.find((one) => one.id === id)?.name ?? id;
  const text = present.map((one) => voice.t(`mail.is_${one.doing}`, { name: name(one.person) })).join(" ");
  if (root.textContent !== text) swap(root, icon("person"), h("span", null, text));
}

/** @param {Api.Conversation} one @param {Context} context @param {() => Promise<void>} changed */
function heading(one, context, changed) {
  const { voice, store } = context;
  const board = store.now().board;
  const group = board?.groups.find((each) => each.id === one.group)?.name ?? one.group;
  const person = board?.people.find((each) => each.id === one.assigned)?.name ?? one.assigned;
  const target = h("span", { class: "badge" });
  showDue(target, due(one, now()), one.due_at, voice);
  const facts = [one.customer.name, one.customer.address, group, person ? voice.t("mail.with", { name: person }) : voice.t("mail.nobodys"), one.snoozed_until && voice.t("mail.until", { time: voice.moment(one.snoozed_until) })];
  const title = h("h1", { tabindex: "-1", dir: "auto" });
  say(title, one.subject || voice.t("mail.no_subject"));
  return [title, h("p", { class: "facts-line" }, h("span", { class: "badge calm" }, voice.t(`mail.state_${one.state}`)), target, h("bdi", { class: "soft" }, facts.filter(Boolean).join(" · "))),
    one.customer_id && h("p", null, h("a", { href: `#/customers/${one.customer_id}` }, icon("person"), h("bdi", null, one.customer_name || voice.t("pop.card")))),
    one.merged_into && h("p", { class: "notice warm" }, icon("transfer"), h("a", { href: `#/mail/${one.merged_into}` }, voice.t("mail.goes_on", { id: one.merged_into }))),
    h("div", { class: "buttons start" }, ...buttons(one, context, changed))];
}

const DRAWN = { claim: "person", assign: "give", snooze: "later", close: "answered", reopen: "open" };

/** @param {Api.Conversation} one @param {Context} context @param {() => Promise<void>} changed */
function buttons(one, context, changed) {
  const { voice, session, notices } = context;
  const jobs = /** @type {Record<string, () => Promise<void> | void>} */ ({
    assign: () => askAssign(one.id, one.assigned, context, changed),
    snooze: () => askSnooze(one.id, context, changed),
  });
  const plain = (/** @type {string} */ verb) => async () => {
    await post(`/conversations/${encodeURIComponent(one.id)}/${verb}`);
    await changed();
  };
  return actions(one, session).map((verb) => actionButton({ class: verb === "claim" ? "button main" : "button", "data-action": verb }, jobs[verb] ?? plain(verb), notices, icon(DRAWN[/** @type {keyof typeof DRAWN} */ (verb)]), voice.t(`mail.do_${verb}`)));
}

/** What a saved reply may name. @param {Api.ConversationDetail | null} one @param {Context} context @returns {Record<string, string>} */
const fields = (one, { session }) => ({ customer: one?.customer.name ?? "", me: session.person?.name ?? "", office: session.office.name, reference: one?.id ?? "" });
