/**
 * One contact: what happened in sentences, who rang, and whether both could hear.
 * @module
 */
import { get, sentence } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";
import { caller } from "../board/caller.js";
import { matterPlayer, messagePlayer } from "../owed/player.js";
import { outcomeBadge, personName } from "./contacts.js";
import { otherEnd } from "./day-facts.js";
import { sound, worst } from "./sound-facts.js";

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @param {string} id
 * @returns {() => void}
 */
export function mount(root, context, id) {
  const { voice } = context;
  const page = h("div", { class: "contact" }, h("h1", { tabindex: "-1" }, voice.t("contact.title")), h("p", { class: "soft" }, voice.t("day.loading")));
  root.append(page);
  let gone = false;
  get(`/contacts/${encodeURIComponent(id)}`).then(
    (contact) => gone || show(page, contact, context),
    (error) => gone || swap(page, h("h1", { tabindex: "-1" }, voice.t("contact.title")), h("p", { class: "notice bad", role: "alert" }, icon("alarm"), h("span", null, sentence(error, voice.t, voice.has)))),
  );
  return () => void (gone = true);
}

/** @param {Element} page @param {Api.ContactDetail} contact @param {import("../board/page.js").Context} context */
function show(page, contact, context) {
  const { voice } = context;
  const who = caller(voice);
  who.show(otherEnd(contact));
  const date = voice.dateOf(contact.started_at);
  const focused = document.activeElement === page.querySelector("h1");
  swap(page,
    h("p", null, h("a", { href: `#/day/${date}` }, icon("previous"), voice.day(date))),
    h("header", { class: "contact-head" }, h("h1", { tabindex: "-1" }, who.root), outcomeBadge(contact.outcome, voice), h("span", { class: "soft small" }, contact.id)),
    contact.customer_id && h("p", null, h("a", { href: `#/customers/${contact.customer_id}` }, icon("person"), voice.t("pop.card"))),
    h("dl", { class: "card facts figures" }, ...facts(contact, context)),
    messageCard(contact, voice),
    matterCard(contact, voice),
    soundNotice(contact, voice),
    storyCard(contact, voice),
    legsCard(contact, context));
  if (focused) page.querySelector("h1")?.focus();
}

/** @param {Api.ContactDetail} contact @param {import("../board/page.js").Context} context */
function facts(contact, context) {
  const { voice, store } = context;
  const group = store.now().board?.groups.find((one) => one.id === contact.group)?.name ?? contact.group;
  /** @type {[string, string | null | undefined][]} */
  const all = [
    ["started", voice.timeExact(contact.started_at)],
    ["group", group],
    ["person", personName(contact.person, context)],
    ["waited", voice.length(contact.waited_ms)],
    ["talked", voice.length(contact.talked_ms)],
    ["held", contact.held_ms ? voice.length(contact.held_ms) : null],
    ["wrapped", contact.wrapped_ms ? voice.length(contact.wrapped_ms) : null],
    ["callback", contact.callback ? voice.t(`callback.state_${contact.callback.state}`) : null],
    ["promised", contact.callback?.promised_from && contact.callback.promised_to ? `${voice.time(contact.callback.promised_from)}–${voice.time(contact.callback.promised_to)}` : null],
  ];
  return all.filter(([, value]) => value).map(([key, value]) => h("div", null, h("dt", null, voice.t(`contact.${key}`)), h("dd", null, h("bdi", null, value))));
}

/** @param {Api.ContactDetail} contact @param {import("../lib/i18n.js").Voice} voice */
function messageCard({ id, message }, voice) {
  if (!message) return null;
  return h("section", { class: "card", "aria-labelledby": "message-title" },
    h("header", null, icon("voicemail"), h("h2", { id: "message-title" }, voice.t("contact.message")), h("span", { class: "count" }, voice.length(message.length_ms))),
    messagePlayer(id, message.saved_at, voice));
}

/** @param {Api.ContactDetail} contact @param {import("../lib/i18n.js").Voice} voice */
function matterCard({ callback }, voice) {
  const matter = callback?.matter;
  if (!matter) return null;
  return h("section", { class: "card", "aria-labelledby": "matter-title" },
    h("header", null, icon("callback_requested"), h("h2", { id: "matter-title" }, voice.t("contact.matter")), h("span", { class: "count" }, voice.length(matter.length_ms))),
    matterPlayer(matter, voice));
}

/** @param {Api.ContactDetail} contact @param {import("../lib/i18n.js").Voice} voice */
function soundNotice(contact, voice) {
  const heard = worst(contact.legs);
  if (heard === "unknown") return null;
  const tone = heard === "good" ? "good" : heard === "poor" || heard === "thin" ? "warm" : "bad";
  return h("p", { class: `notice ${tone}` }, icon(heard === "good" ? "sound_ok" : "sound_bad"), h("span", null, voice.t(`sound.${heard}_call`)));
}

/** @param {Api.ContactDetail} contact @param {import("../lib/i18n.js").Voice} voice */
function storyCard(contact, voice) {
  const lines = contact.story.map(({ at, text }) => h("li", null, h("time", { datetime: at, class: "figures" }, voice.timeExact(at)), h("span", { dir: "auto" }, text)));
  return h("section", { class: "card", "aria-labelledby": "story-title" }, h("header", null, icon("day"), h("h2", { id: "story-title" }, voice.t("contact.story"))),
    lines.length ? h("ol", { class: "story" }, ...lines) : h("p", { class: "empty" }, voice.t("contact.no_story")));
}

/** @param {Api.ContactDetail} contact @param {import("../board/page.js").Context} context */
function legsCard(contact, context) {
  const { voice } = context;
  const heads = ["device", "rang", "answered", "ended", "sound"].map((key) => h("th", { scope: "col" }, voice.t(`leg.${key}`)));
  const rows = contact.legs.map((leg) => {
    const heard = sound(leg.verdict);
    const time = (/** @type {string | null} */ at) => h("td", { class: "figures" }, at ? voice.timeExact(at) : "–");
    return h("tr", null, h("th", { scope: "row" }, h("bdi", null, personName(leg.person, context) || leg.device), h("span", { class: "soft small" }, ` ${leg.person ? leg.device : leg.leg}`)),
      time(leg.began_at), time(leg.answered_at), time(leg.ended_at),
      h("td", null, heard === "unknown" ? "–" : icon(heard === "good" ? "sound_ok" : "sound_bad"), " ", h("span", null, heard === "unknown" ? "" : voice.t(`sound.${heard}`)), details(leg.verdict, voice)));
  });
  return h("section", { class: "card", "aria-labelledby": "legs-title" }, h("header", null, icon("people"), h("h2", { id: "legs-title" }, voice.t("contact.legs"))),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "legs-title" }, h("table", { class: "plain" }, h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...rows))));
}

/** @param {Api.Verdict | null} verdict @param {import("../lib/i18n.js").Voice} voice */
function details(verdict, voice) {
  if (!verdict || verdict.expected_ms === 0) return null;
  const { packets_in, packets_out, lost, jitter_ms } = verdict;
  return h("div", { class: "soft small" }, voice.t("sound.counts", { in: packets_in, out: packets_out, lost, jitter: Math.round(jitter_ms) }));
}
