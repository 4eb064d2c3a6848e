/**
 * The shared mailbox: what waits for an answer, the oldest by its target first, and everything else by a press.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { all, get, post } from "../lib/api.js";
import { now } from "../lib/clock.js";
import { h, icon, mark, rows, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { arrows } from "../lib/keys.js";
import { mount as mountConsent } from "./consent.js";
import { mount as mountConversation } from "./conversation.js";
import { VIEWS, byTarget, isWork, query } from "./mail-facts.js";
import { askNewMail } from "./new.js";
import { conversationRow } from "./row.js";
import { messages } from "./spoken.js";

/** A list that is there sooner needs no "one moment". */
const MOMENT_MS = 400;
/** A search waits for the end of a word. */
const TYPING_MS = 250;

/** @typedef {import("../board/page.js").Context} Context */

/**
 * @param {Element} root
 * @param {Context} context
 * @param {string} rest the conversation's id, or nothing
 * @returns {() => void}
 */
export function mount(root, context, rest) {
  const consent = /^consent\/(.+)$/.exec(rest)?.[1];
  if (consent) return mountConsent(root, context, consent);
  return rest ? mountConversation(root, context, rest) : mountList(root, context);
}

/** @param {Element} root @param {Context} context */
function mountList(root, context) {
  const { voice, store, session } = context;
  const state = h("div", { class: "list-state" });
  const list = h("ol", { class: "list mails" });
  arrows(list);
  const more = h("button", { type: "button", class: "button more", hidden: true, onclick: () => fetchMore() }, voice.t("mail.more"));
  const spoken = messages(context);
  const views = viewBar(voice, () => {
    spoken.show(views.view());
    refresh();
  });
  const search = searchField(voice, () => refresh());
  root.append(h("div", { class: "page" },
    h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, voice.t("mail.title")), session.role !== "viewer" && session.person && h("div", { class: "buttons" }, newButton(context), nextButton(context))),
    mailboxes(context), named(context), views.root, search.root, spoken.root, h("section", { class: "card", "aria-label": voice.t("mail.title") }, state, list, more)));
  const update = rows(list, (/** @type {Api.Conversation} */ row) => row.id, () => conversationRow(context));
  /** @type {Api.Conversation[] | null} */
  let items = null;
  /** @type {string | null} */
  let cursor = null;
  let gone = false;
  let asked = 0;
  const slow = setTimeout(() => items || gone || swap(state, h("p", { class: "soft" }, voice.t("day.loading"))), MOMENT_MS);

  function draw() {
    if (!items) return;
    update(items);
    list.hidden = items.length === 0;
    more.hidden = !cursor;
    const why = search.value() ? "mail.none_found" : `mail.empty_${views.view()}`;
    if (items.length) swap(state);
    else swap(state, h("div", { class: "empty" }, icon("pic-calm", { class: "picture", box: "0 0 240 140" }), h("p", null, voice.t(why))));
  }
  /** @param {string | null} from */
  async function fetchPage(from) {
    const mine = (asked += 1);
    const path = `/conversations?${query(views.view(), search.value(), session.person?.id ?? null)}`;
    const page = isWork(views.view()) ? { items: byTarget(await all(path)), next_cursor: null } : await get(`${path}&limit=50${from ? `&cursor=${encodeURIComponent(from)}` : ""}`);
    return gone || mine !== asked ? null : page;
  }
  async function refresh() {
    try {
      const page = await fetchPage(null);
      if (!page) return;
      [items, cursor] = [page.items, page.next_cursor];
      draw();
    } catch (error) {
      clearTimeout(slow); // the reason stays
      if (!gone) swap(state, failure(error, voice, refresh));
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
  const stop = store.watch((one) => one.board?.mail.version ?? 0, refresh);
  return () => {
    gone = true;
    clearTimeout(slow);
    stop();
    spoken.end();
  };
}

/** @param {Context} context */
const newButton = (context) => actionButton({ class: "button", "data-action": "new" }, () => askNewMail(context, ""), context.notices, icon("outbound"), context.voice.t("mail.new"));

/** The notes that name the looker, until their conversations were looked at. @param {Context} context */
function named({ voice, store, session }) {
  const root = h("ul", { class: "words", "aria-label": voice.t("mail.named") });
  const name = (/** @type {Api.Board} */ board, /** @type {string | null} */ id) => board.people.find((one) => one.id === id)?.name ?? id ?? "";
  const update = rows(root, (/** @type {Api.Mention} */ one) => one.item, (one) => {
    const board = store.now().board;
    return { root: h("li", { class: "notice warm" }, icon("note"), h("p", null, h("a", { href: `#/mail/${one.conversation}` }, voice.t("mail.named_by", { name: board ? name(board, one.by) : "" })))), update: () => {} };
  });
  const draw = (/** @type {Api.Board | null} */ board) => update((board?.mail.mentions ?? []).filter((one) => one.person === session.person?.id));
  const stop = store.watch((one) => one.board, (board) => (root.isConnected || !root.parentNode ? draw(board) : stop()));
  return root;
}

/** The oldest by its target, and it is yours. @param {Context} context */
const nextButton = ({ voice, notices }) =>
  actionButton({ class: "button main", "data-action": "next" }, async () => {
    const { conversation } = await post("/conversations/next");
    location.hash = `#/mail/${conversation}`;
  }, notices, icon("next"), voice.t("mail.next"));

/** @param {import("../lib/i18n.js").Voice} voice @param {() => void} changed */
function viewBar(voice, changed) {
  /** @type {import("./mail-facts.js").View} */
  let chosen = "todo";
  const buttons = VIEWS.map((view) => {
    const button = h("button", { type: "button", class: "button", "data-view": view, "aria-pressed": String(view === chosen) }, voice.t(`mail.view_${view}`));
    button.addEventListener("click", () => {
      chosen = view;
      buttons.forEach((one, at) => mark(one, "aria-pressed", String(VIEWS[at] === view)));
      changed();
    });
    return button;
  });
  return { root: h("div", { class: "filter", role: "group", "aria-label": voice.t("mail.views") }, ...buttons), view: () => chosen };
}

/** @param {import("../lib/i18n.js").Voice} voice @param {() => void} changed */
function searchField(voice, changed) {
  const field = h("input", { type: "search", id: "mail-search", autocomplete: "off", placeholder: voice.t("mail.search_help") });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, TYPING_MS);
  });
  return { root: h("div", { class: "field", role: "search" }, h("label", { class: "unseen", for: "mail-search" }, voice.t("mail.search")), field), value: () => field.value };
}

/** How each mailbox is: when it was asked last, how far a first connection is. @param {Context} context */
function mailboxes({ voice, store, session }) {
  const root = h("ul", { class: "mailboxes soft small" });
  const update = rows(root, (/** @type {Api.Mailbox} */ one) => one.id, () => {
    const [sign, text] = [icon("available"), h("span")];
    const bar = h("progress", { max: 1, hidden: true });
    const door = h("a", { hidden: true }, voice.t("consent.open"));
    const root = h("li", null, sign, text, bar, door);
    return {
      root,
      update(/** @type {Api.Mailbox} */ one) {
        say(text, mailboxText(one, voice));
        root.className = one.trouble ? "wrong" : "";
        // who may, signs in again where the provider no longer lets us in
        door.hidden = !(session.role === "owner" && one.trouble?.startsWith("mail.grant_"));
        mark(door, "href", `#/mail/consent/${encodeURIComponent(one.id)}`);
        bar.hidden = !one.fetching;
        if (one.fetching) [bar.max, bar.value] = [Math.max(1, one.fetching.of), one.fetching.done];
        mark(bar, "aria-label", one.fetching ? text.textContent : null);
      },
    };
  });
  const draw = (/** @type {Api.Board | null} */ board) => update(board?.mail.mailboxes ?? []);
  // the time since the last look is drawn anew with every board
  const stop = store.watch((one) => one.board, (board) => (root.isConnected || !root.parentNode ? draw(board) : stop()));
  return root;
}

/** @param {Api.Mailbox} mailbox @param {import("../lib/i18n.js").Voice} voice */
function mailboxText({ id, checked_at, fetching, trouble }, voice) {
  if (fetching) return voice.t("mail.fetching", { name: id, done: fetching.done, of: fetching.of });
  if (!checked_at) return voice.t("mail.not_checked", { name: id });
  const ago = voice.length(Math.max(0, now() - Date.parse(checked_at)));
  return voice.t(trouble ? "mail.broken" : "mail.checked", { name: id, ago });
}
