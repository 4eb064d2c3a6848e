/**
 * The live board: who waits, who talks, who is here.
 * @module
 */
import { h, icon, rows, say } from "../lib/dom.js";
import { overrideText } from "../opening/words.js";
import { closing } from "./callback-facts.js";
import { callsCard, parkedCard } from "./calls.js";
import { groupsStrip } from "./groups.js";
import { lineCard } from "./line.js";
import { mailCard } from "./mail.js";
import { peopleCard, youCard } from "./people.js";

/**
 * @typedef {object} Context
 * @property {Api.Session} session
 * @property {import("../lib/i18n.js").Voice} voice
 * @property {import("../lib/store.js").Store<State>} store
 * @property {import("../lib/act.js").Notices} notices
 * @property {(sentence: string) => void} announce
 */
/** @typedef {{ board: Api.Board | null, lost: boolean, version: string }} State */
/** A part of a page: its element, how it is told of a board, and how it ends. */
/** @typedef {{ root: Element, show: (board: Api.Board) => void, end?: () => void }} Part */

/**
 * @param {Element} root
 * @param {Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice, store } = context;
  const heading = h("h1", { tabindex: "-1", class: "unseen" }, voice.t("board.title"));
  const parts = [alarms(voice), words(context), groupsStrip(context), lineCard(context), callsCard(context), parkedCard(context), youCard(context), peopleCard(context), mailCard(context)];
  const [bells, closed, groups, line, calls, parked, you, people, mail] = parts.map((part) => part.root);
  const main = h("div", { class: "board-main" }, line, calls, parked);
  const side = h("div", { class: "board-side" }, you, people, mail);
  root.append(heading, h("div", { class: "board" }, bells, closed, groups, main, side));
  const stop = store.watch(
    (state) => state.board,
    (board) => board && parts.forEach((part) => part.show(board)),
  );
  return () => {
    stop();
    parts.forEach((part) => part.end?.());
  };
}

/** @typedef {{ key: string, tone: string, drawn: string, text: string, href?: string }} Word */

/**
 * The owner's word over the hours, and what keeps the office here after closing.
 * @param {Context} context @returns {Part}
 */
function words({ voice }) {
  const root = h("ul", { class: "words", "aria-label": voice.t("closing.title") });
  const update = rows(root, (/** @type {Word} */ word) => word.key, ({ tone, drawn, href }) => {
    const text = h("span", { dir: "auto" });
    return {
      root: h("li", { class: `notice ${tone}` }, icon(drawn), h("p", null, text, href && " ", href && h("a", { href }, voice.t("closing.look")))),
      update: (now) => say(text, now.text),
    };
  });
  return {
    root,
    show(board) {
      const all = [...overrideWords(board, voice), ...closingWords(board, voice)];
      root.hidden = all.length === 0;
      update(all);
    },
  };
}

/** @param {Api.Board} board @param {import("../lib/i18n.js").Voice} voice @returns {Word[]} */
const overrideWords = (board, voice) =>
  board.overrides.map((one) => ({ key: `${one.group} ${one.open}`, tone: "warm", drawn: one.open ? "available" : "after_hours", href: "#/hours", text: overrideText(one, board, voice) }));

/** @param {Api.Board} board @param {import("../lib/i18n.js").Voice} voice @returns {Word[]} */
function closingWords(board, voice) {
  const word = closing(board, voice.dateOf);
  if (!word) return [];
  const [tone, drawn] = word.key === "closing.nothing" ? ["good", "available"] : ["warm", "callback_requested"];
  return [{ key: word.key, tone, drawn, text: voice.t(word.key, { n: word.n }), ...(word.n ? { href: "#/owed" } : {}) }];
}

/** @param {import("../lib/i18n.js").Voice} voice @returns {Part} */
function alarms(voice) {
  const root = h("ul", { class: "alarms", "aria-label": voice.t("board.alarms") });
  const update = rows(root, (/** @type {Api.Alarm} */ alarm) => alarm.code + alarm.since, (alarm) => {
    const text = h("span", { dir: "auto" });
    const since = h("time", { datetime: alarm.since }, voice.t("board.since", { time: voice.time(alarm.since) }));
    return {
      root: h("li", { class: "notice bad" }, icon("alarm"), h("p", null, text, " ", since)),
      update: (now) => void (text.textContent = now.text),
    };
  });
  return {
    root,
    show(board) {
      root.hidden = board.alarms.length === 0;
      update(board.alarms);
    },
  };
}
