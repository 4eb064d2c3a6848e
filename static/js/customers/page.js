/**
 * Customers: the list with its search, and the doors to one of them, to the import and to what was forgotten.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, rows, say, swap, mark } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { arrows } from "../lib/keys.js";
import { mount as mountCard } from "./card.js";
import { detailsOf, mayManage, nameOf } from "./customers-facts.js";
import { askNew } from "./edit.js";
import { mount as mountForgotten } from "./forget.js";
import { mount as mountImport } from "./import.js";

/** A list that is there sooner needs no "one moment". */
const MOMENT_MS = 400;
/** A search waits for the end of a word. */
const TYPING_MS = 250;

/** @typedef {import("../board/page.js").Context} Context */

/**
 * @param {Element} root
 * @param {Context} context
 * @param {string} rest a customer's id, `import`, `forgotten`, or nothing
 * @returns {() => void}
 */
export function mount(root, context, rest) {
  if (context.session.role === "viewer") return refused(root, context);
  if (rest === "import") return mountImport(root, context);
  if (rest === "forgotten") return mountForgotten(root, context);
  return rest ? mountCard(root, context, rest) : mountList(root, context);
}

/** Who only looks on sees no customer's data. @param {Element} root @param {Context} context */
function refused(root, { voice }) {
  root.append(h("div", { class: "page" }, h("h1", { tabindex: "-1" }, voice.t("customers.title")), h("p", { class: "notice warm" }, icon("rejected"), h("span", null, voice.t("problem.not_allowed")))));
  return () => {};
}

/** @param {Element} root @param {Context} context */
function mountList(root, context) {
  const { voice, store, session } = context;
  const state = h("div", { class: "list-state" });
  const list = h("ol", { class: "list customers" });
  arrows(list);
  const more = h("button", { type: "button", class: "button more", hidden: true, onclick: () => fetchMore() }, voice.t("mail.more"));
  const search = h("input", { type: "search", id: "customer-search", autocomplete: "off", placeholder: voice.t("customers.search_help") });
  root.append(h("div", { class: "page" },
    h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, voice.t("customers.title")), doors(context)),
    h("div", { class: "field", role: "search" }, h("label", { class: "unseen", for: "customer-search" }, voice.t("customers.search")), search),
    h("section", { class: "card", "aria-label": voice.t("customers.title") }, state, list, more)));
  const update = rows(list, (/** @type {Api.Customer} */ one) => one.id, () => customerRow(voice));
  /** @type {Api.Customer[] | null} */
  let items = null;
  /** @type {string | null} */
  let cursor = null;
  let [gone, asked] = [false, 0];
  const slow = setTimeout(() => items || gone || swap(state, h("p", { class: "soft" }, voice.t("day.loading"))), MOMENT_MS);

  function draw() {
    if (!items) return;
    update(items);
    list.hidden = items.length === 0;
    more.hidden = !cursor;
    const isSearch = search.value.trim() !== "";
    if (items.length) swap(state);
    else swap(state, h("div", { class: "empty" }, icon("pic-quiet", { class: "picture", box: "0 0 240 140" }), h("p", null, voice.t(isSearch ? "customers.none_found" : "customers.empty")), !isSearch && mayManage(session) && h("a", { class: "button", href: "#/customers/import" }, voice.t("customers.import"))));
  }
  /** @param {string | null} from */
  async function fetchPage(from) {
    const mine = (asked += 1);
    const query = new URLSearchParams({ limit: "50", ...(search.value.trim() ? { q: search.value.trim() } : {}), ...(from ? { cursor: from } : {}) });
    const page = await get(`/customers?${query}`);
    return gone || mine !== asked ? null : page;
  }
  /** @param {number} [least] as many as were on the screen stay there */
  async function refresh(least = 0) {
    try {
      /** @type {Api.Customer[]} */
      const found = [];
      /** @type {string | null} */
      let next = null;
      do {
        const page = await fetchPage(next);
        if (!page) return;
        found.push(...page.items);
        next = page.next_cursor;
      } while (next && found.length < least);
      [items, cursor] = [found, next];
      draw();
    } catch (error) {
      clearTimeout(slow); // the reason stays
      if (!gone) swap(state, failure(error, voice, () => refresh()));
    }
  }
  async function fetchMore() {
    try {
      const page = await fetchPage(cursor);
      if (!page) return;
      [items, cursor] = [[...(items ?? []), ...page.items], page.next_cursor];
      draw();
    } catch (error) {
      context.notices.show(error);
    }
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => refresh(), TYPING_MS);
  });
  const stop = store.watch((one) => one.board?.customers ?? 0, () => refresh(items?.length));
  return () => {
    gone = true;
    clearTimeout(slow);
    clearTimeout(typing);
    stop();
  };
}

/** @param {Context} context */
function doors(context) {
  const { voice, session } = context;
  const fresh = h("button", { type: "button", class: "button main", onclick: () => askNew(context, {}) }, icon("person"), voice.t("customers.new"));
  if (!mayManage(session)) return h("div", { class: "buttons" }, fresh);
  const file = (/** @type {string} */ kind) => h("a", { class: "button", href: `/api/v1/customers/export.${kind}`, download: `customers.${kind}` }, voice.t(`customers.export_${kind}`));
  return h("div", { class: "buttons" }, fresh, h("a", { class: "button", href: "#/customers/import" }, icon("inbound"), voice.t("customers.import")),
    file("csv"), file("vcf"), h("a", { class: "button", href: "#/customers/forgotten" }, voice.t("customers.forgotten")));
}

/** @param {import("../lib/i18n.js").Voice} voice */
function customerRow(voice) {
  const [link, detail] = [h("a", { class: "name", dir: "auto" }), h("bdi", { class: "soft small figures" })];
  const badges = h("div", { class: "wait" });
  const root = h("li", { class: "row" }, icon("person", { class: "icon soft" }), h("div", { class: "who" }, link, detail), badges);
  return {
    root,
    update(/** @type {Api.Customer} */ one) {
      mark(root, "data-customer", one.id);
      mark(link, "href", `#/customers/${one.id}`);
      say(link, nameOf(one));
      say(detail, detailsOf(one));
      detail.hidden = !detail.textContent;
      swap(badges, ...badgesOf(one, voice));
    },
  };
}

/** @param {Api.Customer} one @param {import("../lib/i18n.js").Voice} voice */
export const badgesOf = (one, voice) => [
  one.vip && h("span", { class: "badge good" }, voice.t("customer.vip")),
  one.blocked && h("span", { class: "badge bad" }, icon("rejected"), voice.t("customer.blocked")),
  one.maybes.length > 0 && h("span", { class: "badge warm" }, voice.t("customer.maybe_count", { n: one.maybes.length })),
];
