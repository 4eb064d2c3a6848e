/**
 * What the office owes: missed calls, promises, messages, oldest first. A row goes by itself when its
 * customer is reached.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, mark, rows, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { askNew } from "../board/callback-asks.js";
import { doneMessages } from "./done.js";
import { KINDS, counts, ofKind, signature } from "./owed-facts.js";
import { DRAWN, owedRow } from "./row.js";

/** A list that is there sooner needs no "one moment". */
const MOMENT_MS = 400;

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice, store, session } = context;
  const state = h("div", { class: "list-state" });
  const list = h("ol", { class: "list owed" });
  const filter = filterBar(voice, draw);
  const fresh = h("button", { type: "button", class: "button", onclick: () => askNew(context, refresh) }, icon("callback_requested"), voice.t("callback.new"));
  root.append(h("div", { class: "page" },
    h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, voice.t("owed.title")), session.role !== "viewer" && fresh),
    h("p", { class: "soft" }, voice.t("owed.lead")), filter.root, h("section", { class: "card", "aria-label": voice.t("owed.title") }, state, list), doneMessages(context)));
  const update = rows(list, (/** @type {Api.Owed} */ item) => `${item.kind} ${item.contact}`, (item) => owedRow(item, context, refresh));
  /** @type {Api.Owed[] | null} */
  let items = null;
  let gone = false;
  const slow = setTimeout(() => items || gone || swap(state, h("p", { class: "soft" }, voice.t("day.loading"))), MOMENT_MS);

  function draw() {
    if (!items) return;
    const shown = ofKind(items, filter.kind());
    filter.show(counts(items), items.length);
    update(shown);
    list.hidden = shown.length === 0;
    if (shown.length) swap(state);
    else swap(state, h("div", { class: "empty" }, icon("pic-calm", { class: "picture", box: "0 0 240 140" }), h("p", null, voice.t(items.length ? "owed.none_of_kind" : "owed.empty"))));
  }
  async function refresh() {
    try {
      const answer = await get("/owed");
      if (gone) return;
      items = answer.items;
      draw();
    } catch (error) {
      clearTimeout(slow); // the reason stays
      if (!gone) swap(state, failure(error, voice, refresh));
    }
  }
  const stop = store.watch((now) => signature(now.board), refresh);
  return () => {
    gone = true;
    clearTimeout(slow);
    stop();
  };
}

/** @param {import("../lib/i18n.js").Voice} voice @param {() => void} changed */
function filterBar(voice, changed) {
  /** @type {import("./owed-facts.js").Kind | null} */
  let chosen = null;
  const kinds = /** @type {const} */ ([null, ...KINDS]);
  const numbers = kinds.map(() => h("span", { class: "count" }));
  const buttons = kinds.map((kind, i) => {
    const button = h("button", { type: "button", class: "button", "data-kind": kind ?? "all", "aria-pressed": String(kind === null) }, kind && icon(DRAWN[kind]), h("span", null, voice.t(`owed.${kind ?? "all"}`)), numbers[i]);
    button.addEventListener("click", () => {
      chosen = kind;
      buttons.forEach((one, at) => mark(one, "aria-pressed", String(kinds[at] === kind)));
      changed();
    });
    return button;
  });
  return {
    root: h("div", { class: "filter", role: "group", "aria-label": voice.t("owed.filter") }, ...buttons),
    kind: () => chosen,
    /** @param {Record<string, number>} of @param {number} all */
    show: (of, all) => kinds.forEach((kind, i) => numbers[i] && say(numbers[i], voice.number(kind ? (of[kind] ?? 0) : all))),
  };
}
