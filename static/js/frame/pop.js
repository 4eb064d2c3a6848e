/**
 * Who calls, while the phone rings: shown beside whatever is being done, which keeps the focus.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { get } from "../lib/api.js";
import { h, icon, mark, redraw, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { caller } from "../board/caller.js";
import { claimAll } from "../customers/claim.js";
import { claimable, nameOf } from "../customers/customers-facts.js";
import { askNew } from "../customers/edit.js";
import { badgesOf } from "../customers/page.js";
import { popped } from "./pop-facts.js";

/** @typedef {import("../board/page.js").Context} Context */

/** @param {Context} context @returns {HTMLElement} */
export function pop(context) {
  const { voice, store, session } = context;
  const me = session.person?.id ?? null;
  const who = caller(voice);
  const [sign, state, group] = [icon("ringing"), h("span"), h("span", { class: "soft small" })];
  const since = document.createElement("fd-elapsed");
  const body = h("div", { class: "pop-body" });
  const shut = h("button", { type: "button", class: "button quiet round", "aria-label": voice.t("pop.close"), title: voice.t("pop.close") }, icon("close"));
  const root = h("aside", { class: "pop card", hidden: true, "aria-label": voice.t("pop.title") },
    h("header", null, h("span", { class: "badge calm" }, sign, state, since), h("span", { class: "pop-who" }, who.root, group), shut), body);
  /** @type {string | null} */
  let shown = null;
  /** @type {Set<string>} */
  const closed = new Set();

  /** @param {string} contact */
  async function fetchMore(contact) {
    try {
      /** @type {Api.Pop} */
      const known = await get(`/calls/${encodeURIComponent(contact)}/pop`);
      if (shown !== contact) return;
      if (known.customer) who.show({ customer: nameOf(known.customer), number: known.number });
      else if (known.said_name && !known.customers.length) who.show({ customer: known.said_name, number: known.number });
      const focused = body.contains(document.activeElement);
      swap(body, ...parts(known, context, () => fetchMore(contact)));
      // who pressed something here goes on here
      if (focused) /** @type {HTMLElement} */ (body.querySelector("a, button") ?? shut).focus();
    } catch (error) {
      if (shown === contact) swap(body, failure(error, voice, () => fetchMore(contact)));
    }
  }
  /** @param {Api.Call | null} call @param {Api.Board | null} board */
  function draw(call, board) {
    root.hidden = !call;
    if (!call) return void (shown = null);
    const isNew = shown !== call.contact;
    shown = call.contact;
    say(state, voice.t(`call.${call.state}`));
    redraw(sign, call.state);
    mark(since, "since", call.since);
    say(group, board?.groups.find((one) => one.id === call.group)?.name ?? "");
    if (!isNew) return;
    who.show(call);
    swap(body, h("p", { class: "soft" }, voice.t("day.loading")));
    void fetchMore(call.contact);
  }
  const look = () => draw(popped(store.now().board, me, shown, closed), store.now().board);
  shut.addEventListener("click", () => {
    if (shown) closed.add(shown);
    look();
  });
  store.watch((one) => one.board, look);
  return root;
}

/**
 * @param {Api.Pop} known @param {Context} context @param {() => Promise<void>} changed
 */
function parts(known, context, changed) {
  const { voice, session, notices } = context;
  const { customer, customers, number, callback, waited_ms, conversations, owed } = known;
  const waited = callback ? voice.t("pop.we_call") : voice.t("pop.waited", { length: voice.length(waited_ms) });
  const unknown = !customer && customers.length === 0 && session.role !== "viewer";
  const fresh = unknown && h("button", { type: "button", class: "button", onclick: () => askNew(context, { numbers: number ? [number] : [], name: known.said_name }, () => void changed()) }, icon("person"), voice.t("customers.new"));
  const claim = customer && claimable(owed, conversations, session.person?.id ?? null) && actionButton({ class: "button main", "data-action": "claim" }, async () => {
    await claimAll(customer.id, context);
    await changed();
  }, notices, icon("person"), voice.t("customer.do_claim"));
  const card = customer && h("a", { class: "button", href: `#/customers/${customer.id}` }, icon("next"), voice.t("pop.card"));
  return [
    h("p", { class: "facts-line" }, ...(customer ? badgesOf(customer, voice) : []), h("span", { class: "soft" }, [customer?.name && customer.company, waited].filter(Boolean).join(" · "))),
    customer?.about && h("p", { class: "note-text", dir: "auto" }, customer.about),
    unknown && h("p", { class: "soft" }, voice.t(number ? "pop.unknown" : "pop.withheld")),
    customers.length > 0 && !customer && h("div", null, h("p", null, voice.t("pop.one_of")), h("ul", null, ...customers.map((one) => h("li", null, h("a", { href: `#/customers/${one.id}`, dir: "auto" }, nameOf(one)))))),
    h("div", { class: "buttons start" }, claim, card, fresh),
    section("pop.owed", owed.map((item) => owedLine(item, voice)), voice),
    section("pop.mails", conversations.map((one) => mailLine(one, context)), voice),
    section("pop.history", known.history.slice(0, 5).map((item) => historyLine(item, context)), voice),
  ];
}

/** @param {string} key @param {HTMLElement[]} lines @param {import("../lib/i18n.js").Voice} voice */
const section = (key, lines, voice) => lines.length > 0 && h("section", null, h("h3", null, voice.t(key)), h("ul", { class: "pop-list" }, ...lines));

/** @param {Api.Owed} item @param {import("../lib/i18n.js").Voice} voice */
function owedLine(item, voice) {
  const address = item.conversation ? `#/mail/${item.conversation}` : `#/contact/${item.contact}`;
  return h("li", null, h("a", { href: address }, voice.t(`owed.kind_${item.kind}`)), " ", h("span", { class: "soft small" }, voice.moment(item.since)), item.late && h("span", { class: "badge warm" }, voice.t("owed.late")));
}

/** @param {Api.Conversation} one @param {Context} context */
function mailLine(one, { voice, store }) {
  const person = store.now().board?.people.find((each) => each.id === one.assigned)?.name ?? one.assigned;
  return h("li", null, h("a", { href: `#/mail/${one.id}`, dir: "auto" }, one.subject || voice.t("mail.no_subject")), " ", h("bdi", { class: "soft small" }, person ? voice.t("mail.with", { name: person }) : voice.t("mail.nobodys")));
}

/** @param {Api.TimelineItem} item @param {Context} context */
function historyLine(item, { voice, store }) {
  const person = store.now().board?.people.find((one) => one.id === item.person)?.name ?? item.person;
  const said = item.mail ? item.mail.subject : item.contact?.outcome ? voice.t(`outcome.${item.contact.outcome}`) : (item.text ?? "");
  return h("li", null, h("time", { class: "small", datetime: item.at }, voice.moment(item.at)), " ", voice.t(`mail.kind_${item.kind}`), h("bdi", { class: "soft small" }, [` ${said}`, person].filter((one) => one?.trim()).join(" · ")));
}
