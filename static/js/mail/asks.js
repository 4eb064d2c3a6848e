/**
 * What can be asked about a conversation: until when it rests, and whose it is.
 * @module
 */
import { post } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { Unfinished, ask, radio } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { wallClock } from "../lib/zone.js";

const HOUR_MS = 3_600_000;
/** The hour a day's work begins with, where somebody says "tomorrow". */
const MORNING = "08:00";

/** @typedef {import("../board/page.js").Context} Context */

/** @param {string} id @param {string} verb @param {object} body @param {() => Promise<void>} changed */
async function order(id, verb, body, changed) {
  await post(`/conversations/${encodeURIComponent(id)}/${verb}`, body);
  await changed();
}

/** @param {string} id @param {string | null} assigned @param {Context} context @param {() => Promise<void>} changed */
export function askAssign(id, assigned, { voice, store }, changed) {
  const people = [...(store.now().board?.people ?? [])].sort((a, b) => voice.compare(a.name, b.name));
  ask(voice, {
    title: voice.t("mail.assign_title"),
    confirm: voice.t("mail.assign_confirm"),
    content: [h("fieldset", { class: "choices" }, h("legend", null, voice.t("mail.assign_to")),
      radio("person", "", assigned === null, voice.t("callback.give_anybody")), ...people.map((one) => radio("person", one.id, one.id === assigned, one.name)))],
    submit: (data) => order(id, "assign", { person: String(data.get("person") ?? "") || null }, changed),
  });
}

/** @param {string} id @param {Context} context @param {() => Promise<void>} changed */
export function askSnooze(id, { voice, session }, changed) {
  const zone = session.office.time_zone;
  const day = (/** @type {number} */ n) => `${wallClock(now() + n * 24 * HOUR_MS, zone).slice(0, 10)}T${MORNING}`;
  const until = h("input", { id: "snooze-until", name: "until", type: "datetime-local", value: day(1), min: wallClock(now(), zone), required: true });
  const soon = /** @type {const} */ ([["mail.in_hours", wallClock(now() + 4 * HOUR_MS, zone)], ["mail.tomorrow", day(1)], ["mail.in_a_week", day(7)]]);
  ask(voice, {
    title: voice.t("mail.snooze_title"),
    confirm: voice.t("mail.snooze_confirm"),
    content: [h("p", { class: "soft" }, voice.t("mail.snooze_help")),
      h("div", { class: "field" }, h("label", { for: "snooze-until" }, voice.t("override.until")), until, h("p", { class: "help" }, voice.t("override.until_help", { zone }))),
      h("div", { class: "buttons start" }, ...soon.map(([key, at]) => h("button", { type: "button", class: "button", onclick: () => (until.value = at) }, voice.t(key))))],
    async submit(data) {
      const at = String(data.get("until") ?? "");
      if (!at) throw new Unfinished(voice.t("override.no_end"));
      await order(id, "snooze", { until: at }, changed);
    },
  });
}
