/**
 * One thing that is owed.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { post } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { h, icon, mark, say } from "../lib/dom.js";
import { callbackButtons, spell } from "../board/callback.js";
import { callbackFacts, taskKey } from "../board/callback-facts.js";
import { caller } from "../board/caller.js";
import { owedActions } from "./owed-facts.js";
import { matterPlayer, messagePlayer } from "./player.js";

export const DRAWN = { missed: "abandoned", callback: "callback_requested", voicemail: "voicemail", mail: "mail" };

/**
 * @param {Api.Owed} first
 * @param {import("../board/page.js").Context} context
 * @param {() => Promise<void>} changed
 */
export function owedRow(first, context, changed) {
  const { voice, session, store, notices } = context;
  const who = caller(voice);
  const [detail, since] = [h("span", { class: "soft small facts-line" }), h("time", { class: "figures" })];
  const late = h("span", { class: "badge warm" }, icon("late"), h("span", null, voice.t("owed.late")));
  let item = first;
  const sign = icon(DRAWN[first.kind], { label: voice.t(`owed.kind_${first.kind}`), class: "icon back" });
  const dial = actionButton({ class: "button main", "data-action": "dial" }, async () => {
    await post("/calls", { from_person: session.person?.id, to: item.number });
    notices.tell(voice.t("owed.dialling"));
  }, notices, icon("talking"), h("span", { class: "word" }, voice.t("owed.dial")));
  const heard = actionButton({ class: "button", "data-action": "heard", title: voice.t("owed.heard") }, async () => {
    await post(`/voicemails/${encodeURIComponent(item.contact)}/done`);
    notices.clear();
    await changed();
  }, notices, icon("answered"), h("span", { class: "word" }, voice.t("owed.heard")));
  const claim = actionButton({ class: "button", "data-action": "claim", title: voice.t("mail.do_claim") }, async () => {
    await post(`/voicemails/${encodeURIComponent(item.contact)}/claim`);
    notices.clear();
    await changed();
  }, notices, icon("person"), h("span", { class: "word" }, voice.t("mail.do_claim")));
  const settle = actionButton({ class: "button", "data-action": "settle", title: voice.t("owed.settle") }, async () => {
    await post(`/contacts/${encodeURIComponent(item.contact)}/settle`);
    notices.clear();
    await changed();
  }, notices, icon("answered"), h("span", { class: "word" }, voice.t("owed.settle")));
  const address = first.conversation ? `#/mail/${first.conversation}` : `#/contact/${first.contact}`;
  const read = h("a", { class: "button main", "data-action": "read", href: address }, icon("outbound"), h("span", { class: "word" }, voice.t("owed.read")));
  const promise = callbackButtons(context, () => ({ contact: item.contact, name: who.text(), number: item.number, group: item.group, calledFrom: item.callback?.called_from }), () => void changed());
  const matter = first.callback?.matter;
  const player = first.message ? messagePlayer(first.contact, first.message.saved_at, voice) : matter ? matterPlayer(matter, voice) : null;
  const root = h("li", { class: "row", "data-contact": first.contact, "data-kind": first.kind },
    h("div", { class: "who" }, h("span", { class: "back-line" }, sign, h("a", { href: address }, who.root)), detail, player),
    h("div", { class: "wait" }, late, since), first.kind === "callback" ? promise.root : h("div", { class: "do" }, dial, claim, heard, settle, read));
  return {
    root,
    update(/** @type {Api.Owed} */ next) {
      item = next;
      who.show(item);
      say(detail, details(item, store.now().board, voice));
      const isToday = voice.dateOf(item.since) === voice.dateOf(now());
      say(since, isToday ? voice.time(item.since) : voice.moment(item.since));
      mark(since, "datetime", item.since);
      late.hidden = !item.late;
      root.classList.toggle("late", item.late);
      const may = owedActions(item, session);
      dial.hidden = !may.includes("dial");
      claim.hidden = !may.includes("claim");
      heard.hidden = !may.includes("heard");
      settle.hidden = !may.includes("settle");
      read.hidden = !may.includes("read");
      mark(dial, "aria-label", voice.t("owed.dial_who", { who: who.text() }));
      mark(claim, "aria-label", voice.t("owed.claim_who", { who: who.text() }));
      mark(heard, "aria-label", voice.t("owed.heard_who", { who: who.text() }));
      mark(settle, "aria-label", voice.t("owed.settle_who", { who: who.text() }));
      mark(read, "aria-label", voice.t("owed.read_who", { who: who.text() }));
      promise.show(may, who.text());
    },
  };
}

/** @param {Api.Owed} item @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice */
function details(item, board, voice) {
  const group = board?.groups.find((one) => one.id === item.group)?.name ?? item.group;
  const parts = [voice.t(`owed.kind_${item.kind}`), group];
  if (item.contacts.length > 1) parts.push(voice.t("owed.times", { n: item.contacts.length }));
  if (item.message) parts.push(voice.length(item.message.length_ms), voice.t(item.message.heard_at ? "owed.was_heard" : "owed.not_heard"));
  const by = item.message?.assigned;
  if (by) parts.push(voice.t("mail.with", { name: board?.people.find((one) => one.id === by)?.name ?? by }));
  if (item.suggested) parts.push(suggestion(item.suggested, board, voice));
  if (item.callback) parts.push(...promised(item, board, voice));
  return parts.filter(Boolean).join(" · ");
}

/** They were reached another way since: a hint, a person decides. @param {Api.Suggested} suggested @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice */
function suggestion({ by, at, person }, board, voice) {
  const name = board?.people.find((one) => one.id === person)?.name ?? person ?? "";
  return voice.t(name ? `owed.since_${by}` : `owed.since_${by}_nobody`, { name, time: voice.moment(at) });
}

/** @param {Api.Owed} item @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice */
function promised({ contact, callback }, board, voice) {
  if (!callback) return [];
  const task = voice.has(taskKey(callback)) ? [voice.t(taskKey(callback))] : [];
  // What is still in the line tells its tries and when the next one is.
  const entry = board?.line.find((one) => one.contact === contact && one.kind === "callback");
  return [...callbackFacts(entry ?? callback, now()).map((fact) => spell(fact, voice)), ...task];
}
