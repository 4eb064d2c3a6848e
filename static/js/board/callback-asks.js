/**
 * What can be asked about a promise to call back: later, another number, to whom, and why not at all.
 * @module
 */
import { post } from "../lib/api.js";
import { Unfinished, ask, radio } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { transferGoals } from "./board-facts.js";
import { mayBeGiven } from "./callback-facts.js";

/** @typedef {{ contact: string, name: string, number: string | null, group: string | null, calledFrom?: string }} Meant whom it is about, how they are called, whose line it stands in, what they called from if they typed another number */

const LATER_MINUTES = [10, 30, 60, 120];
const REASONS = ["reached", "mistake", "asked", "other"];

/** @param {Meant} meant @param {import("./page.js").Context} context */
export function askLater({ contact, name }, context) {
  const { voice } = context;
  const choices = h("fieldset", { class: "choices wide" }, h("legend", null, voice.t("callback.later_when")),
    ...LATER_MINUTES.map((n, i) => radio("minutes", String(n), i === 0, voice.t("pause.minutes", { n }))));
  ask(voice, {
    title: voice.t("callback.later_title", { who: name }),
    confirm: voice.t("callback.later_confirm"),
    content: [h("p", { class: "soft" }, voice.t("callback.later_help")), choices],
    submit: (data) => order(contact, "later", { minutes: Number(data.get("minutes")) }, context),
  });
}

/** @param {Meant} meant @param {import("./page.js").Context} context */
export function askNumber({ contact, name, number }, context) {
  const { voice } = context;
  const field = h("input", { id: "callback-number", name: "number", type: "tel", autocomplete: "off", value: number ?? "" });
  ask(voice, {
    title: voice.t("callback.number_title", { who: name }),
    confirm: voice.t("callback.number_confirm"),
    content: [h("div", { class: "field" }, h("label", { for: "callback-number" }, voice.t("callback.number_label")), field)],
    async submit(data) {
      const typed = String(data.get("number") ?? "").trim();
      if (!typed) throw new Unfinished(voice.t("callback.number_empty"));
      await order(contact, "number", { number: typed }, context);
    },
  });
}

/** @param {Meant} meant @param {import("./page.js").Context} context */
export function askGive({ contact, name, group }, context) {
  const { voice, store } = context;
  const people = transferGoals(mayBeGiven(store.now().board, group), null, voice.compare);
  const choices = h("fieldset", { class: "choices" }, h("legend", null, voice.t("callback.give_to")),
    radio("person", "", true, voice.t("callback.give_anybody")), ...people.map((person) => radio("person", person.id, false, person.name)));
  ask(voice, {
    title: voice.t("callback.give_title", { who: name }),
    confirm: voice.t("callback.give_confirm"),
    content: [choices],
    submit: (data) => order(contact, "give", { person: String(data.get("person") ?? "") || null }, context),
  });
}

/** @param {Meant} meant @param {import("./page.js").Context} context */
export function askCancel({ contact, name }, context) {
  const { voice } = context;
  const choices = h("fieldset", { class: "choices" }, h("legend", null, voice.t("callback.cancel_why")),
    ...REASONS.map((reason) => radio("reason", voice.t(`callback.why_${reason}`), false, voice.t(`callback.why_${reason}`))));
  ask(voice, {
    title: voice.t("callback.cancel_title", { who: name }),
    confirm: voice.t("callback.cancel_confirm"),
    content: [h("p", { class: "soft" }, voice.t("callback.cancel_help")), choices],
    async submit(data) {
      const reason = String(data.get("reason") ?? "");
      if (!reason) throw new Unfinished(voice.t("callback.cancel_empty"));
      await order(contact, "cancel", { reason }, context);
    },
  });
}

/**
 * A new promise: a number, and whose line it waits in.
 * @param {import("./page.js").Context} context
 * @param {() => void} made
 */
export function askNew(context, made) {
  const { voice, store, notices } = context;
  const groups = store.now().board?.groups ?? [];
  const number = h("input", { id: "callback-number", name: "number", type: "tel", autocomplete: "off" });
  const group = h("select", { id: "callback-group", name: "group" }, ...groups.map((one) => h("option", { value: one.id }, one.name)));
  ask(voice, {
    title: voice.t("callback.new_title"),
    confirm: voice.t("callback.new_confirm"),
    content: [
      h("p", { class: "soft" }, voice.t("callback.new_help")),
      h("div", { class: "field" }, h("label", { for: "callback-number" }, voice.t("callback.number_label")), number),
      h("div", { class: "field" }, h("label", { for: "callback-group" }, voice.t("callback.group")), group),
    ],
    async submit(data) {
      const typed = String(data.get("number") ?? "").trim();
      if (!typed) throw new Unfinished(voice.t("callback.number_empty"));
      await post("/callbacks", { number: typed, group: String(data.get("group") ?? "") });
      notices.tell(voice.t("callback.new_done"));
      made();
    },
  });
}

/**
 * @param {string} contact
 * @param {"call-now" | "later" | "done" | "number" | "give" | "cancel"} what
 * @param {object} body
 * @param {import("./page.js").Context} context
 */
export async function order(contact, what, body, { notices }) {
  await post(`/callbacks/${encodeURIComponent(contact)}/${what}`, body);
  notices.clear();
}
