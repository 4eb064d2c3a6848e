/**
 * Writing a customer down, and changing what was written.
 * @module
 */
import { ApiError, get, post, patch } from "../lib/api.js";
import { Unfinished, ask } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { collided, linesOf, rewritten } from "./customers-facts.js";

/** @typedef {import("../board/page.js").Context} Context */
/** @typedef {{ name?: string, company?: string, about?: string, numbers?: string[], addresses?: string[], vip?: boolean }} Known */

/**
 * A new customer; afterwards the card.
 * @param {Context} context
 * @param {Known} known what is in the fields already
 * @param {(id: string) => void} [made]
 */
export function askNew(context, known, made = (id) => void (location.hash = `#/customers/${id}`)) {
  const { voice } = context;
  ask(voice, {
    title: voice.t("customers.new_title"),
    confirm: voice.t("customers.save"),
    content: fields(known, voice),
    async submit(data) {
      const { customer } = await post("/customers", written(data, voice));
      made(customer);
    },
  });
}

/**
 * Who changed it first is not overwritten unseen: what two wrote at once is shown, and the second press means it.
 * @param {Api.Customer} customer @param {Context} context @param {() => Promise<void>} changed
 */
export function askEdit(customer, { voice }, changed) {
  const path = `/customers/${encodeURIComponent(customer.id)}`;
  let before = customer;
  /** @param {import("./customers-facts.js").Written} mine */
  async function save(mine) {
    const fields = rewritten(mine, before);
    if (Object.keys(fields).length === 0) return;
    try {
      await patch(path, { version: before.version, ...fields });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "changed") throw error;
      /** @type {Api.Customer} */
      const now = await get(path);
      const both = collided(fields, before, now);
      before = now;
      if (both.length === 0) return save({ ...now, ...fields });
      throw new Unfinished(voice.t("customer.changed_meanwhile", { values: both.map((field) => `${voice.t(`customer.${field}`)}: ${valueOf(now[field])}`).join("; ") }));
    }
  }
  ask(voice, {
    title: voice.t("customer.edit_title"),
    confirm: voice.t("customers.save"),
    content: fields(customer, voice),
    async submit(data) {
      await save(written(data, voice));
      await changed();
    },
  });
}

/** @param {string | string[] | boolean} value */
const valueOf = (value) => (Array.isArray(value) ? value.join(", ") : value === true ? "✓" : String(value || "–"));

/** @param {Known} known @param {import("../lib/i18n.js").Voice} voice */
function fields(known, voice) {
  const line = (/** @type {"name" | "company"} */ name) =>
    h("div", { class: "field" }, h("label", { for: `customer-${name}` }, voice.t(`customer.${name}`)), h("input", { id: `customer-${name}`, name, type: "text", autocomplete: "off", dir: "auto", value: known[name] ?? "" }));
  const text = (/** @type {"numbers" | "addresses" | "about"} */ name, /** @type {string} */ value, /** @type {string | null} */ help) =>
    h("div", { class: "field" }, h("label", { for: `customer-${name}` }, voice.t(`customer.${name}`)), h("textarea", { id: `customer-${name}`, name, rows: 3, dir: "auto", "aria-describedby": help && `${name}-help` }, value),
      help && h("p", { class: "help", id: `${name}-help` }, help));
  return [line("name"), line("company"), text("numbers", (known.numbers ?? []).join("\n"), voice.t("customer.one_a_line")), text("addresses", (known.addresses ?? []).join("\n"), voice.t("customer.one_a_line")),
    text("about", known.about ?? "", voice.t("customer.about_help")),
    h("label", { class: "choice" }, h("input", { type: "checkbox", name: "vip", value: "yes", checked: known.vip ?? false }), h("span", null, voice.t("customer.vip_help")))];
}

/** What the fields say; nobody at all is not a customer. @param {FormData} data @param {import("../lib/i18n.js").Voice} voice */
function written(data, voice) {
  const one = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  const customer = { name: one("name"), company: one("company"), about: one("about"), numbers: linesOf(data.get("numbers")), addresses: linesOf(data.get("addresses")), vip: data.has("vip") };
  if (!customer.name && !customer.company && customer.numbers.length + customer.addresses.length === 0) throw new Unfinished(voice.t("customer.nobody"));
  return customer;
}
