/**
 * One conversation in the list.
 * @module
 */
import { now } from "../lib/clock.js";
import { h, mark, say } from "../lib/dom.js";
import { due } from "./mail-facts.js";

const TONES = /** @type {const} */ ({ late: "bad", soon: "warm", in_time: "" });

/** @param {import("../board/page.js").Context} context */
export function conversationRow({ voice, store }) {
  const link = h("a", { class: "mail-subject", dir: "auto" });
  const [who, detail] = [h("bdi", { class: "name" }), h("span", { class: "soft small" })];
  const [state, target] = [h("span", { class: "badge calm" }), h("span", { class: "badge" })];
  const when = h("time", { class: "figures" });
  const root = h("li", { class: "row mail-row" },
    h("div", { class: "who" }, who, link, detail),
    h("div", { class: "wait" }, target, state, when));
  return {
    root,
    update(/** @type {Api.Conversation} */ row) {
      say(who, row.customer.name || row.customer.address);
      say(link, row.subject || voice.t("mail.no_subject"));
      mark(link, "href", `#/mail/${row.id}`);
      mark(root, "data-conversation", row.id);
      say(detail, details(row, store.now().board, voice));
      say(state, voice.t(`mail.state_${row.state}`));
      show(target, due(row, now()), row.due_at, voice);
      const isToday = voice.dateOf(row.last_at) === voice.dateOf(now());
      say(when, isToday ? voice.time(row.last_at) : voice.moment(row.last_at));
      mark(when, "datetime", row.last_at);
    },
  };
}

/**
 * The target of the first answer as a badge.
 * @param {HTMLElement} badge @param {ReturnType<typeof due>} standing @param {string | null} at
 * @param {import("../lib/i18n.js").Voice} voice
 */
export function show(badge, standing, at, voice) {
  badge.hidden = !standing || !at;
  if (!standing || !at) return;
  const isToday = voice.dateOf(at) === voice.dateOf(now());
  say(badge, voice.t(standing === "late" ? "mail.was_due" : "mail.due", { time: isToday ? voice.time(at) : voice.moment(at) }));
  badge.className = `badge ${TONES[standing]}`;
}

/** @param {Api.Conversation} row @param {Api.Board | null} board @param {import("../lib/i18n.js").Voice} voice */
function details(row, board, voice) {
  const group = board?.groups.find((one) => one.id === row.group)?.name ?? row.group;
  const person = board?.people.find((one) => one.id === row.assigned)?.name ?? row.assigned;
  const until = row.snoozed_until ? voice.t("mail.until", { time: voice.moment(row.snoozed_until) }) : null;
  return [group, person ? voice.t("mail.with", { name: person }) : voice.t("mail.nobodys"), until].filter(Boolean).join(" · ");
}
