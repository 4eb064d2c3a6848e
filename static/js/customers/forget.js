/**
 * What was forgotten: a receipt for each, with counts and without names.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";

const COUNTS = /** @type {const} */ (["contacts", "recordings", "voicemails", "conversations", "mails", "attachments", "notes"]);

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice } = context;
  const body = h("div", null, h("p", { class: "soft" }, voice.t("day.loading")));
  root.append(h("div", { class: "page" }, h("p", null, h("a", { href: "#/customers" }, icon("previous"), voice.t("customers.back"))),
    h("h1", { tabindex: "-1" }, voice.t("customers.forgotten_title")), h("p", { class: "soft" }, voice.t("customers.forgotten_help")), h("section", { class: "card", "aria-label": voice.t("customers.forgotten_title") }, body)));
  let gone = false;
  const refresh = async () => {
    try {
      /** @type {{ items: Api.Forgotten[] }} */
      const { items } = await get("/forgotten");
      if (gone) return;
      if (items.length) swap(body, h("ul", { class: "list" }, ...items.map((one) => h("li", { class: "row" }, receipt(one, context)))));
      else swap(body, h("p", { class: "empty" }, voice.t("customers.forgotten_none")));
    } catch (error) {
      if (!gone) swap(body, failure(error, voice, refresh));
    }
  };
  void refresh();
  return () => void (gone = true);
}

/** @param {Api.Forgotten} one @param {import("../board/page.js").Context} context */
export function receipt(one, { voice, store }) {
  const by = store.now().board?.people.find((person) => person.id === one.by)?.name ?? one.by;
  const counted = COUNTS.filter((key) => one[key] > 0).map((key) => voice.t(`forgot.${key}`, { n: one[key] }));
  return h("div", { class: "who", "data-receipt": one.receipt }, h("span", null, h("strong", { class: "figures" }, one.receipt), " · ", h("time", { datetime: one.at }, `${voice.day(voice.dateOf(one.at))}, ${voice.time(one.at)}`), by && h("bdi", null, ` · ${by}`)),
    h("span", { class: "soft" }, counted.join(" · ") || voice.t("forgot.nothing")));
}
