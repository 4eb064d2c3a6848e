/**
 * What can be asked about a customer: to be put together with another, to be refused, to be forgotten.
 * @module
 */
import { del, get, post } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { Unfinished, ask, radio } from "../lib/dialog.js";
import { h, swap } from "../lib/dom.js";
import { wallClock } from "../lib/zone.js";
import { detailsOf, nameOf } from "./customers-facts.js";

const DAY_MS = 86_400_000;
/** A search waits for the end of a word. */
const TYPING_MS = 250;
/** More than these nobody reads in a question; more words of the search find the others. */
const FOUND_MAX = 8;

/** @typedef {import("../board/page.js").Context} Context */

/**
 * Which other customer is the same: this one goes into that one.
 * @param {Api.Customer} customer @param {Context} context
 */
export function askMerge(customer, { voice, notices }) {
  const found = h("fieldset", { class: "choices" }, h("legend", null, voice.t("customer.merge_into")));
  const word = h("p", { class: "soft small", role: "status" }, voice.t("customer.merge_type"));
  const search = h("input", { id: "merge-search", type: "search", autocomplete: "off", dir: "auto" });
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  const look = async () => {
    const [mine, q] = [(asked += 1), search.value.trim()];
    /** @type {Api.Customer[]} */
    const items = q ? (await get(`/customers?${new URLSearchParams({ q, limit: String(FOUND_MAX + 1) })}`)).items : [];
    if (mine !== asked) return;
    const others = items.filter((one) => one.id !== customer.id).slice(0, FOUND_MAX);
    swap(found, h("legend", null, voice.t("customer.merge_into")), ...others.map((one) => radio("into", one.id, others.length === 1, [nameOf(one), detailsOf(one)].filter(Boolean).join(" · "))));
    word.textContent = others.length ? voice.t("customer.merge_help") : voice.t(q ? "customers.none_found" : "customer.merge_type");
  };
  search.addEventListener("input", () => {
    clearTimeout(typing);
    asked += 1; // what was found for other words is no answer to these
    swap(found, h("legend", null, voice.t("customer.merge_into")));
    typing = setTimeout(() => look().catch((error) => notices.show(error)), TYPING_MS);
  });
  ask(voice, {
    title: voice.t("customer.merge_title", { name: nameOf(customer) }),
    confirm: voice.t("customer.merge_confirm"),
    content: [h("div", { class: "field" }, h("label", { for: "merge-search" }, voice.t("customer.merge_search")), search), found, word],
    async submit(data) {
      const into = String(data.get("into") ?? "");
      if (!into) throw new Unfinished(voice.t("customer.merge_empty"));
      await post(`/customers/${encodeURIComponent(customer.id)}/merge`, { into });
      location.hash = `#/customers/${into}`;
      setTimeout(() => notices.tell(voice.t("customer.merge_done")));
    },
  });
}

/** @param {Api.Customer} customer @param {Context} context @param {() => Promise<void>} changed */
export function askBlock(customer, { voice, session }, changed) {
  const zone = session.office.time_zone;
  const spans = /** @type {const} */ ([["", "customer.block_for_good"], ["1", "customer.block_day"], ["7", "customer.block_week"], ["30", "customer.block_month"]]);
  ask(voice, {
    title: voice.t("customer.block_title", { name: nameOf(customer) }),
    confirm: voice.t("customer.block_confirm"),
    content: [h("p", { class: "soft" }, voice.t("customer.block_help")), h("fieldset", { class: "choices" }, h("legend", null, voice.t("customer.block_long")), ...spans.map(([days, key]) => radio("days", days, days === "", voice.t(key))))],
    async submit(data) {
      const days = Number(data.get("days") ?? "");
      await post(`/customers/${encodeURIComponent(customer.id)}/block`, { until: days ? wallClock(now() + days * DAY_MS, zone) : null });
      await changed();
    },
  });
}

/**
 * Nothing of it comes back: the name is typed, so that no hand does it by habit.
 * @param {Api.Customer} customer @param {Context} context @param {(order: () => Promise<Api.Forgotten>) => Promise<void>} forget
 */
export function askForget(customer, { voice }, forget) {
  const name = nameOf(customer);
  const field = h("input", { id: "forget-name", name: "name", type: "text", autocomplete: "off", dir: "auto" });
  ask(voice, {
    title: voice.t("customer.forget_title", { name }),
    confirm: voice.t("customer.forget_confirm"),
    tone: "end",
    content: [h("p", null, voice.t("customer.forget_help")), h("p", { class: "soft" }, voice.t("customer.forget_backups")), h("div", { class: "field" }, h("label", { for: "forget-name" }, voice.t("customer.forget_type"), " ", h("bdi", { class: "typed" }, name)), field)],
    async submit(data) {
      if (String(data.get("name") ?? "").trim().normalize() !== name.trim().normalize()) throw new Unfinished(voice.t("customer.forget_wrong"));
      await forget(() => del(`/customers/${encodeURIComponent(customer.id)}`));
    },
  });
}
