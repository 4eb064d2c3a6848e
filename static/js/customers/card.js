/**
 * One customer: who it is, what is owed, what may be known, and everything that passed.
 * @module
 */
import { actionButton, press } from "../lib/act.js";
import { get, patch, post } from "../lib/api.js";
import { h, icon, rows, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { mayAct, spaced } from "../board/board-facts.js";
import { askNewMail } from "../mail/new.js";
import { owedRow } from "../owed/row.js";
import { askBlock, askForget, askMerge } from "./asks.js";
import { claimAll } from "./claim.js";
import { mayManage, nameOf, signature } from "./customers-facts.js";
import { askEdit } from "./edit.js";
import { receipt } from "./forget.js";
import { badgesOf } from "./page.js";
import { timelineCard } from "./timeline.js";

/** @typedef {import("../board/page.js").Context} Context */

/**
 * @param {Element} root
 * @param {Context} context
 * @param {string} id
 * @returns {() => void}
 */
export function mount(root, context, id) {
  const { voice, store } = context;
  const [head, state, parts] = [h("div", { class: "mail-head" }), h("div", { class: "list-state" }), h("div", { class: "customer-parts" })];
  const [owed, timeline, note] = [owedCard(id, context), timelineCard(id, context), noteForm(id, context, () => refresh())];
  const page = h("div", { class: "page customer" }, h("p", null, h("a", { href: "#/customers" }, icon("previous"), voice.t("customers.back"))), head, state, parts, owed.root, note, timeline.root);
  root.append(page);
  swap(head, h("h1", { tabindex: "-1" }, voice.t("customer.word")), h("p", { class: "soft" }, voice.t("day.loading")));
  let [gone, forgetting] = [false, false];

  async function refresh() {
    if (forgetting) return; // the board may tell of it before its answer comes
    try {
      /** @type {Api.Customer} */
      const customer = await get(`/customers/${encodeURIComponent(id)}`);
      if (gone) return;
      if (customer.id !== id) return void location.replace(`#/customers/${customer.id}`); // it goes on there
      swap(state);
      draw(customer);
      await Promise.all([owed.refresh(), timeline.refresh()]);
    } catch (error) {
      if (!gone) swap(state, failure(error, voice, refresh));
    }
  }
  /** @param {Api.Customer} customer */
  function draw(customer) {
    const [focused, title] = [focusIn(page), h("h1", { tabindex: "-1", dir: "auto" }, nameOf(customer))];
    swap(head, title, h("p", { class: "facts-line" }, ...badgesOf(customer, voice), h("bdi", { class: "soft" }, [customer.name && customer.company, customer.id].filter(Boolean).join(" · "))),
      customer.blocked && blockedNotice(customer.blocked, context), h("div", { class: "buttons start" }, ...buttons(customer, context, refresh, forget)));
    swap(parts, factsCard(customer, context), ...notices(customer, context, refresh));
    focused(page);
  }
  /** @param {() => Promise<Api.Forgotten>} order */
  async function forget(order) {
    forgetting = true;
    try {
      showReceipt(await order());
    } finally {
      forgetting = false;
    }
  }
  /** @param {Api.Forgotten} done */
  function showReceipt(done) {
    gone = true;
    swap(page, h("p", null, h("a", { href: "#/customers" }, icon("previous"), voice.t("customers.back"))), h("h1", { tabindex: "-1" }, voice.t("customer.forget_done")),
      h("section", { class: "card", role: "status" }, receipt(done, context)), h("p", { class: "soft" }, `${voice.t("customer.forget_kept")} ${voice.t("customer.forget_backups")}`));
    page.querySelector("h1")?.focus();
  }
  const stop = store.watch((one) => signature(one.board), refresh);
  return () => {
    gone = true;
    owed.end();
    timeline.end();
    stop();
  };
}

/** The focus survives a drawing: it goes to what had the same name. @param {Element} page */
function focusIn(page) {
  const at = document.activeElement;
  if (!at || !page.contains(at)) return () => {};
  const name = at.matches("h1") ? "h1" : at.getAttribute("data-action") && `[data-action="${CSS.escape(at.getAttribute("data-action") ?? "")}"]`;
  return (/** @type {Element} */ next) => {
    if (name && !next.contains(document.activeElement)) /** @type {HTMLElement | null} */ (next.querySelector(name))?.focus();
  };
}

/**
 * @param {Api.Customer} customer @param {Context} context @param {() => Promise<void>} changed
 * @param {(order: () => Promise<Api.Forgotten>) => Promise<void>} forget
 */
function buttons(customer, context, changed, forget) {
  const { voice, session, notices } = context;
  const path = `/customers/${encodeURIComponent(customer.id)}`;
  const tell = (/** @type {() => Promise<unknown>} */ order) => async () => {
    await order();
    await changed();
  };
  const button = (/** @type {string} */ name, /** @type {string} */ drawn, /** @type {() => Promise<void> | void} */ job, tone = "") =>
    actionButton({ class: `button ${tone}`, "data-action": name }, job, notices, icon(drawn), voice.t(`customer.do_${name}`));
  return [
    button("edit", "wrap_up", () => askEdit(customer, context, changed), "main"),
    session.person && button("claim", "person", tell(() => claimAll(customer.id, context))),
    customer.vip ? button("unvip", "available", tell(() => patch(path, { version: customer.version, vip: false }))) : button("vip", "available", tell(() => patch(path, { version: customer.version, vip: true }))),
    button("merge", "transfer", () => askMerge(customer, context)),
    customer.blocked ? button("unblock", "rejected", tell(() => post(`${path}/unblock`))) : button("block", "rejected", () => askBlock(customer, context, changed)),
    mayManage(session) && button("forget", "close", () => askForget(customer, context, forget), "end"),
  ];
}

/** @param {NonNullable<Api.Customer["blocked"]>} blocked @param {Context} context */
function blockedNotice({ until, by }, { voice, store }) {
  const name = store.now().board?.people.find((one) => one.id === by)?.name ?? by ?? "";
  const text = until ? voice.t("customer.blocked_until", { time: voice.moment(until) }) : voice.t("customer.blocked_for_good");
  return h("p", { class: "notice bad" }, icon("rejected"), h("span", null, text, name && h("bdi", null, ` ${voice.t("customer.blocked_by", { name })}`)));
}

/** @param {Api.Customer} customer @param {Context} context */
function factsCard(customer, context) {
  const { voice, session, notices } = context;
  const dial = (/** @type {string} */ number) => mayAct(session) && actionButton({ class: "button", "data-action": `dial ${number}`, "aria-label": voice.t("customer.dial", { number: spaced(number) }) }, async () => {
    await post("/calls", { from_person: session.person?.id, to: number });
    notices.tell(voice.t("owed.dialling"));
  }, notices, icon("talking"), h("span", { class: "word" }, voice.t("customer.dial_word")));
  const numbers = customer.numbers.map((number) => h("dd", { class: "with-button" }, h("bdi", { class: "figures" }, spaced(number)), dial(number)));
  const write = (/** @type {string} */ address) => session.person && actionButton({ class: "button", "aria-label": voice.t("customer.write", { address }) }, () => askNewMail(context, address), context.notices, icon("mail"), h("span", { class: "word" }, voice.t("customer.write_word")));
  const addresses = customer.addresses.map((address) => h("dd", { class: "with-button" }, h("bdi", null, address), write(address)));
  const about = customer.about && [h("dt", null, voice.t("customer.about")), h("dd", { class: "note-text", dir: "auto" }, customer.about)];
  return h("section", { class: "card", "aria-labelledby": "facts-title" }, h("header", null, icon("person"), h("h2", { id: "facts-title" }, voice.t("customer.facts"))),
    h("dl", { class: "known" }, h("dt", null, voice.t("customer.numbers")), ...(numbers.length ? numbers : [h("dd", { class: "soft" }, "–")]),
      h("dt", null, voice.t("customer.addresses")), ...(addresses.length ? addresses : [h("dd", { class: "soft" }, "–")]), ...(about || [])));
}

/** What may be known, what others share, and what was put together. @param {Api.Customer} customer @param {Context} context @param {() => Promise<void>} changed */
const notices = (customer, context, changed) => [maybesCard(customer, context, changed), sharedNotice(customer, context), mergedCard(customer, context, changed)];

/** @param {Api.Customer} customer @param {Context} context @param {() => Promise<void>} changed */
function maybesCard({ id, maybes }, { voice, notices }, changed) {
  if (maybes.length === 0) return null;
  const answer = (/** @type {Api.Maybe} */ one, /** @type {"accept" | "reject"} */ verb) =>
    actionButton({ class: verb === "accept" ? "button main" : "button", "data-action": `${verb} ${one.id}`, "aria-label": voice.t(`customer.maybe_${verb}_who`, { value: valueOf(one) }) }, async () => {
      await post(`/customers/${encodeURIComponent(id)}/maybes/${one.id}/${verb}`);
      await changed();
    }, notices, voice.t(`customer.maybe_${verb}`));
  return h("section", { class: "card", "aria-labelledby": "maybes-title" }, h("header", null, icon("late"), h("h2", { id: "maybes-title" }, voice.t("customer.maybes"))), h("p", { class: "soft small" }, voice.t("customer.maybes_help")),
    h("ul", { class: "list" }, ...maybes.map((one) => h("li", { class: "row", "data-maybe": one.id }, h("div", { class: "who" }, h("bdi", { class: "name figures" }, valueOf(one)),
      h("span", { class: "soft small" }, voice.t(`customer.maybe_${one.kind}`), " · ", one.conversation ? h("a", { href: `#/mail/${one.conversation}` }, voice.moment(one.at)) : voice.moment(one.at)), alsoOf(one.customers, voice)),
      h("div", { class: "do" }, answer(one, "accept"), answer(one, "reject"))))));
}

/** @param {Api.Maybe} one */
const valueOf = ({ kind, value }) => (kind === "number" ? spaced(value) : value);

/** Others who have the same. @param {Api.CustomerRef[]} others @param {import("../lib/i18n.js").Voice} voice */
export const alsoOf = (others, voice) =>
  others.length > 0 && h("span", { class: "small" }, voice.t("customer.also_of"), ...others.flatMap((one, i) => [i ? ", " : " ", h("a", { href: `#/customers/${one.id}`, dir: "auto" }, nameOf(one))]));

/** @param {Api.Customer} customer @param {Context} context */
function sharedNotice({ shared }, { voice }) {
  if (shared.length === 0) return null;
  const value = (/** @type {string} */ text) => (text.startsWith("+") ? spaced(text) : text);
  return h("section", { class: "notice warm", "aria-label": voice.t("customer.shared") }, icon("people"), h("div", null, h("p", null, voice.t("customer.shared")),
    h("ul", null, ...shared.map((one) => h("li", null, h("bdi", { class: "figures" }, value(one.value)), " ", alsoOf(one.customers, voice))))));
}

/** @param {Api.Customer} customer @param {Context} context @param {() => Promise<void>} changed */
function mergedCard({ merged }, { voice, store, notices }, changed) {
  if (merged.length === 0) return null;
  const name = (/** @type {string | null} */ by) => store.now().board?.people.find((one) => one.id === by)?.name ?? by ?? "";
  const undo = (/** @type {Api.Customer["merged"][number]} */ one) => actionButton({ class: "button", "data-action": `unmerge ${one.id}`, "aria-label": voice.t("customer.unmerge_who", { name: nameOf(one) }) }, async () => {
    await post(`/customers/${encodeURIComponent(one.id)}/unmerge`);
    notices.tell(voice.t("customer.unmerged"));
    await changed();
  }, notices, icon("previous"), voice.t("customer.unmerge"));
  return h("section", { class: "card", "aria-labelledby": "merged-title" }, h("header", null, icon("transfer"), h("h2", { id: "merged-title" }, voice.t("customer.merged"))),
    h("ul", { class: "list" }, ...merged.map((one) => h("li", { class: "row", "data-merged": one.id }, h("div", { class: "who" }, h("bdi", { class: "name" }, nameOf(one)),
      h("span", { class: "soft small" }, [voice.dayShort(voice.dateOf(one.at)), name(one.by)].filter(Boolean).join(" · "))), h("div", { class: "do" }, undo(one))))));
}

/** What is owed to this customer. @param {string} id @param {Context} context */
function owedCard(id, context) {
  const { voice } = context;
  const [list, state] = [h("ol", { class: "list owed" }), h("div", { class: "list-state" })];
  const root = h("section", { class: "card", hidden: true, "aria-labelledby": "owed-title" }, h("header", null, icon("callback_requested"), h("h2", { id: "owed-title" }, voice.t("owed.title"))), state, list);
  const update = rows(list, (/** @type {Api.Owed} */ item) => `${item.kind} ${item.contact}`, (item) => owedRow(item, context, refresh));
  let gone = false;
  async function refresh() {
    try {
      /** @type {{ items: Api.Owed[] }} */
      const { items } = await get(`/customers/${encodeURIComponent(id)}/owed`);
      if (gone) return;
      swap(state);
      update(items);
      root.hidden = items.length === 0;
    } catch (error) {
      if (gone) return;
      root.hidden = false;
      swap(state, failure(error, voice, refresh));
    }
  }
  return { root, refresh, end: () => void (gone = true) };
}

/** @param {string} id @param {Context} context @param {() => Promise<void>} changed */
function noteForm(id, { voice, notices }, changed) {
  const field = h("textarea", { id: "customer-note", rows: 2, dir: "auto" });
  const send = h("button", { type: "submit", class: "button" }, icon("note"), voice.t("mail.note_send"));
  const form = h("form", { class: "card write noting", novalidate: true }, h("div", { class: "field" }, h("label", { for: "customer-note" }, voice.t("customer.note")), field), h("div", { class: "buttons" }, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(send, async () => {
      const text = field.value;
      if (!text.trim()) {
        notices.tell(voice.t("mail.nothing_written"));
        return field.focus();
      }
      await post(`/customers/${encodeURIComponent(id)}/note`, { text });
      if (field.value === text) field.value = "";
      await changed();
    }, notices.show);
  });
  return form;
}
