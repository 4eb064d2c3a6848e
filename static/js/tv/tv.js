/**
 * The TV page: no controls, type as large as the screen, numbers masked, honest about old data.
 * @module
 */
import * as clock from "../lib/clock.js";
import { ApiError, get } from "../lib/api.js";
import { h, icon, mark, redraw, rows, say } from "../lib/dom.js";
import { choose, load, preferred } from "../lib/i18n.js";
import { follow } from "../lib/live.js";
import { toLogIn } from "../lib/login.js";
import { depth, inOrder, isLate, masked, peopleInOrder, spaced, targetMs } from "../board/board-facts.js";
import { personBadge } from "../board/people.js";

/** More rows than a room can read from its desks are counted instead. */
const LINE_ROWS = 6;
/** More people than this are written smaller. */
const PEOPLE_ROWS = 8;

start();

async function start() {
  const session = await get("/session").catch((error) => error);
  if (session instanceof ApiError && session.status === 401) return toLogIn();
  const office = session instanceof ApiError ? null : session.office;
  run(office?.name ?? "", await load(choose([preferred(office?.language)]), office?.time_zone));
}

/** @param {string} name @param {import("../lib/i18n.js").Voice} voice */
function run(name, voice) {
  document.title = `${name} · ${voice.t("tv.title")}`;
  const time = h("time", { class: "tv-clock" });
  const state = h("p", { class: "tv-state", role: "status" });
  const parts = [figures(voice), line(voice), people(voice), alarms()];
  document.body.replaceChildren(h("main", { class: "tv" },
    h("header", null, h("h1", null, icon("logo"), h("bdi", null, name)), state, time), ...parts.map((part) => part.root)));
  /** @type {Api.Board | null} */
  let board = null;
  const draw = () => board && parts.forEach((part) => part.show(/** @type {Api.Board} */ (board)));
  clock.everySecond(() => {
    say(time, voice.time(clock.now()));
    draw();
  });
  follow({
    board(next) {
      board = next;
      clock.follow(next.now);
      document.documentElement.removeAttribute("data-lost");
      say(state, "");
      draw();
    },
    lost() {
      clock.stop();
      document.documentElement.setAttribute("data-lost", "");
      say(state, board ? voice.t("tv.lost", { time: voice.time(board.now) }) : voice.t("feed.none"));
    },
    refused: (error) => (error.status === 401 ? toLogIn() : undefined),
  }, { always: true, query: "view=tv" });
}

/** @param {import("../lib/i18n.js").Voice} voice */
function figures(voice) {
  const keys = /** @type {const} */ (["waiting", "longest", "answered", "abandoned", "level"]);
  const values = keys.map(() => h("dd"));
  const split = h("span", { class: "tv-split", role: "img" });
  const cells = keys.map((key, i) => h("div", { class: `tv-${key}` }, h("dt", null, voice.t(`groups.${key}`), key === "waiting" && split), values[i]));
  const root = h("dl", { class: "tv-figures figures" }, ...cells);
  return {
    root,
    show(/** @type {Api.Board} */ board) {
      const sum = (/** @type {(group: Api.Group) => number} */ of) => board.groups.reduce((total, group) => total + of(group), 0);
      const live = inOrder(board.line.filter((entry) => entry.kind === "live"));
      const first = live[0];
      const late = first !== undefined && isLate(first, board.groups, clock.now());
      const texts = [voice.number(sum(depth)), first ? clock.spell(clock.now() - Date.parse(first.joined_at)) : "–",
        voice.number(sum((group) => group.answered_today)), voice.number(sum((group) => group.abandoned_today)), levels(board, voice)];
      texts.forEach((text, i) => values[i] && say(values[i], text));
      const back = sum((group) => group.open_callbacks);
      const held = sum((group) => group.waiting);
      say(split, back ? `${voice.number(held)} + ${voice.number(back)} ↩` : "");
      mark(split, "aria-label", voice.t("groups.split", { live: held, back }));
      split.hidden = back === 0;
      cells[0]?.classList.toggle("late", late);
      cells[1]?.classList.toggle("late", late);
    },
  };
}

/** One group: its level. Several: the lowest, for that is the one to help. @param {Api.Board} board @param {import("../lib/i18n.js").Voice} voice */
function levels(board, voice) {
  const known = board.groups.map((group) => group.service_level_today).filter((level) => level !== null);
  return known.length ? voice.percent(Math.min(...known)) : "–";
}

/** @param {import("../lib/i18n.js").Voice} voice */
function line(voice) {
  const list = h("ol");
  const empty = h("div", { class: "empty" }, icon("pic-calm", { class: "picture", box: "0 0 240 140" }), h("p", null, voice.t("line.empty")));
  const more = h("p", { class: "tv-more" });
  const root = h("section", { "aria-label": voice.t("line.title") }, list, more, empty);
  /** @type {readonly Api.Group[]} */
  let groups = [];
  const update = rows(list, (/** @type {Api.Waiting} */ entry) => entry.contact, () => tvRow(voice, () => groups));
  return {
    root,
    show(/** @type {Api.Board} */ board) {
      groups = board.groups;
      const all = inOrder(board.line);
      // the line that says how many more takes a row's place
      const shown = all.length > LINE_ROWS ? LINE_ROWS - 1 : LINE_ROWS;
      update(all.slice(0, shown));
      empty.hidden = all.length > 0;
      say(more, all.length > shown ? voice.t("tv.more", { n: all.length - shown }) : "");
    },
  };
}

/** @param {import("../lib/i18n.js").Voice} voice @param {() => readonly Api.Group[]} groups */
function tvRow(voice, groups) {
  const [place, who, group] = [h("span", { class: "place" }), h("bdi", { class: "name" }), h("span", { class: "soft" })];
  const back = icon("callback_requested", { label: voice.t("callback.sign") });
  const promised = h("span", { class: "tv-window" });
  const sign = icon("waiting");
  const wait = document.createElement("fd-elapsed");
  const late = h("span", { class: "tv-late" }, voice.t("line.late"));
  const root = h("li", null, place, back, who, promised, group, h("span", { class: "tv-wait" }, late, sign, wait));
  return {
    root,
    update(/** @type {Api.Waiting} */ entry) {
      const isOver = isLate(entry, groups(), clock.now());
      say(place, voice.number(entry.place));
      say(who, entry.number ? masked(spaced(entry.number)) : voice.t("caller.withheld"));
      const isBack = entry.kind === "callback";
      mark(back, "hidden", isBack ? null : "");
      say(promised, entry.promised_from && entry.promised_to ? `${voice.time(entry.promised_from)}–${voice.time(entry.promised_to)}` : "");
      say(group, groups().find((one) => one.id === entry.group)?.name ?? "");
      mark(wait, "since", entry.joined_at);
      mark(wait, "late-ms", isBack ? null : String(targetMs(entry, groups())));
      root.classList.toggle("late", isOver);
      late.hidden = !isOver;
      redraw(sign, isOver ? "late" : "waiting");
      // Of a promise its time counts, not how long ago it was made.
      wait.hidden = promised.textContent !== "";
      mark(sign, "hidden", wait.hidden && !isOver ? "" : null);
    },
  };
}

/** @param {import("../lib/i18n.js").Voice} voice */
function people(voice) {
  const root = h("ul", { class: "tv-people", "aria-label": voice.t("people.title") });
  const update = rows(root, (/** @type {Api.Person} */ person) => person.id, () => {
    const [name, badge] = [h("bdi", { class: "name" }), personBadge(voice)];
    return {
      root: h("li", null, name, badge.root),
      update(/** @type {Api.Person} */ person) {
        say(name, person.name);
        badge.show(person);
      },
    };
  });
  return {
    root,
    show(/** @type {Api.Board} */ board) {
      const here = peopleInOrder(board.people, null, voice.compare).filter((person) => person.state !== "off");
      root.classList.toggle("many", here.length > PEOPLE_ROWS);
      update(here);
    },
  };
}

function alarms() {
  const root = h("ul", { class: "tv-alarms" });
  const update = rows(root, (/** @type {Api.Alarm} */ alarm) => alarm.code + alarm.since, () => {
    const text = h("span", { dir: "auto" });
    return { root: h("li", null, icon("alarm"), text), update: (/** @type {Api.Alarm} */ alarm) => say(text, alarm.text) };
  });
  return { root, show: (/** @type {Api.Board} */ board) => update(board.alarms) };
}
