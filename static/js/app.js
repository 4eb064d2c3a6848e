/**
 * The dashboard: addresses → pages, the feed, the frame around them. The only place that knows all pages.
 * @module
 */
import { notices as makeNotices } from "./lib/act.js";
import { announcer } from "./lib/announce.js";
import { ApiError, del, get, sentence } from "./lib/api.js";
import * as clock from "./lib/clock.js";
import { h, icon, say } from "./lib/dom.js";
import { load, preferred } from "./lib/i18n.js";
import { follow } from "./lib/live.js";
import { toLogIn } from "./lib/login.js";
import { createStore } from "./lib/store.js";
import { news } from "./board/board-facts.js";
import { appearance } from "./frame/appearance.js";
import { feedStrip } from "./frame/feed.js";
import { pop } from "./frame/pop.js";
import { waitTone } from "./frame/tone.js";
import * as account from "./account/page.js";
import * as board from "./board/page.js";
import * as customers from "./customers/page.js";
import * as mail from "./mail/page.js";
import * as opening from "./opening/page.js";
import * as owed from "./owed/page.js";
import * as prompts from "./prompts/page.js";
import * as contact from "./reports/contact.js";
import * as day from "./reports/day.js";

/** @typedef {import("./board/page.js").Context} Context */

/** @type {Record<string, { mount: (root: Element, context: Context, rest: string) => (() => void), title: string, nav: string }>} */
const PAGES = {
  board: { mount: board.mount, title: "board.title", nav: "board" },
  owed: { mount: owed.mount, title: "owed.title", nav: "owed" },
  mail: { mount: mail.mount, title: "mail.title", nav: "mail" },
  customers: { mount: customers.mount, title: "customers.title", nav: "customers" },
  day: { mount: day.mount, title: "day.title", nav: "day" },
  hours: { mount: opening.mount, title: "opening.title", nav: "hours" },
  prompts: { mount: prompts.mount, title: "prompts.title", nav: "prompts" },
  account: { mount: account.mount, title: "account.title", nav: "account" },
  contact: { mount: contact.mount, title: "contact.title", nav: "day" },
};

start();

async function start() {
  try {
    const session = await get("/session");
    const voice = await load(preferred(session.office.language), session.office.time_zone);
    // The first picture comes with the frame: names of people and groups are known to every page.
    run(session, voice, await get("/board").catch(() => null));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) toLogIn();
    else await apologise(error);
  }
}

/** @param {Api.Session} session @param {import("./lib/i18n.js").Voice} voice @param {Api.Board | null} first */
function run(session, voice, first) {
  const store = createStore(/** @type {import("./board/page.js").State} */ ({ board: first, lost: false, version: session.version }));
  if (first) clock.follow(first.now);
  const main = h("main", { id: "main" });
  const top = h("header", { class: "top" });
  const skip = h("a", { class: "skip", href: "#main", onclick: (/** @type {Event} */ event) => { event.preventDefault(); main.querySelector("h1")?.focus(); } }, voice.t("frame.skip"));
  document.body.replaceChildren(skip, top, feedStrip(store, voice), main);
  const notices = makeNotices(document.body, voice);
  const context = { session, voice, store, notices, announce: announcer(document.body) };
  const links = frame(top, context);
  main.before(pop(context));
  route(main, context, links);
  feed(context);
}

/**
 * The line at the top: whose office, the pages, the appearance, the way out.
 * @param {Element} top @param {Context} context
 */
function frame(top, context) {
  const { session, voice, notices, store } = context;
  const link = (/** @type {string} */ page, /** @type {string} */ drawn) => h("a", { href: `#/${page === "board" ? "" : page}`, "data-page": page }, icon(drawn), h("span", null, voice.t(`nav.${page}`)));
  const links = [link("board", "board"), link("owed", "callback_requested"), link("mail", "mail"), link("customers", "people"), link("day", "day"), link("hours", "waiting"), link("prompts", "sound_ok")];
  counted(links[1], (board) => board?.owed ?? 0);
  counted(links[2], (board) => board?.mail.unassigned ?? 0);
  links[2]?.append(mentions(session, voice, store));
  /** @param {Element | undefined} at @param {(board: Api.Board | null) => number} figure */
  function counted(at, figure) {
    const count = h("span", { class: "count" });
    at?.append(count);
    store.watch((state) => figure(state.board), (n) => {
      say(count, voice.number(n));
      count.hidden = n === 0;
    });
  }
  const mine = h("a", { class: "button quiet round", href: "#/account", "data-page": "account", title: voice.t("nav.account"), "aria-label": voice.t("nav.account") }, icon("person"));
  const leave = h("button", { type: "button", class: "button quiet round", title: voice.t("nav.leave"), "aria-label": voice.t("nav.leave") }, icon("leave"));
  leave.addEventListener("click", async () => {
    try {
      await del("/session");
      location.replace("/login");
    } catch (error) {
      notices.show(error);
    }
  });
  top.append(
    h("a", { class: "brand", href: "#/" }, icon("logo"), h("bdi", null, session.office.name)),
    h("nav", { "aria-label": voice.t("nav.title") }, ...links, h("a", { href: "/tv", target: "_blank", rel: "noopener" }, icon("tv"), h("span", null, voice.t("nav.tv")))),
    h("div", { class: "tools" }, ...waitTone(context), ...appearance(voice), mine, leave),
  );
  return [...links, mine];
}

/**
 * The looker was named in a note and has not looked since.
 * @param {Api.Session} session @param {import("./lib/i18n.js").Voice} voice @param {Context["store"]} store
 */
function mentions({ person }, voice, store) {
  const [sign, word] = [icon("note"), h("span", { class: "unseen" })];
  const root = h("span", { class: "mentioned" }, sign, word);
  const mine = (/** @type {Api.Board | null} */ board) => (board?.mail.mentions ?? []).filter((one) => one.person === person?.id).length;
  store.watch((state) => mine(state.board), (n) => {
    root.hidden = n === 0;
    say(word, n ? voice.t("mail.mentioned", { n }) : "");
  });
  return root;
}

/** @param {HTMLElement} main @param {Context} context @param {Element[]} links */
function route(main, context, links) {
  /** @type {() => void} */
  let unmount = () => {};
  let first = true;
  const go = () => {
    const [name = "", rest = ""] = location.hash.replace(/^#\/?/, "").split(/\/(.*)/s);
    const page = PAGES[name || "board"] ?? /** @type {typeof PAGES[string]} */ (PAGES.board);
    unmount();
    main.replaceChildren();
    context.notices.clear();
    document.title = `${context.voice.t(page.title)} · ${context.session.office.name}`;
    for (const link of links) link.toggleAttribute("aria-current", link.getAttribute("data-page") === page.nav);
    for (const link of links) if (link.hasAttribute("aria-current")) link.setAttribute("aria-current", "page");
    unmount = page.mount(main, context, decodeURIComponent(rest));
    if (!first) main.querySelector("h1")?.focus();
    first = false;
  };
  addEventListener("hashchange", go);
  go();
}

/** @param {Context} context */
function feed({ store, voice, session, announce }) {
  const me = session.person?.id ?? null;
  follow({
    board(next) {
      const before = store.now().board;
      const wasLost = store.now().lost;
      clock.follow(next.now);
      store.set({ board: next, lost: false });
      if (wasLost) back(store, announce, voice);
      for (const { key, names, groupId } of news(before, next, me)) {
        const group = next.groups.find((one) => one.id === groupId)?.name ?? "";
        announce(voice.t(key, { ...names, group }));
      }
    },
    lost() {
      if (store.now().lost) return;
      clock.stop();
      store.set({ lost: true });
      announce(voice.t("feed.lost_spoken"));
    },
    refused: toLogIn,
  });
}

/**
 * We are heard again; perhaps by a newer program.
 * @param {Context["store"]} store @param {(sentence: string) => void} announce @param {import("./lib/i18n.js").Voice} voice
 */
async function back(store, announce, voice) {
  announce(voice.t("feed.back"));
  try {
    store.set({ version: (await get("/session")).version });
  } catch {
    // the feed's own retry tells what is wrong
  }
}

/** Nothing to show yet: say why, in the browser's language, and try again. @param {unknown} error */
async function apologise(error) {
  let text = "frontdesk: no answer from the box.";
  try {
    const voice = await load(preferred());
    text = sentence(error, voice.t, voice.has);
  } catch {
    // not even the words could be fetched
  }
  document.body.replaceChildren(h("main", { class: "apology" }, icon("lost"), h("h1", null, text)));
  setTimeout(() => location.reload(), 5000);
}

