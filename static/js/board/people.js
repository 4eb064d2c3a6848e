/**
 * Who is here, busy with what and until when; and one's own state.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { everySecond, now } from "../lib/clock.js";
import { ask, radio } from "../lib/dialog.js";
import { h, icon, mark, redraw, rows, say } from "../lib/dom.js";
import { maySetState, peopleInOrder, waitsForMe } from "./board-facts.js";
import { setState } from "./leaving.js";

const TONES = { available: "good", ringing: "calm", talking: "calm", wrap_up: "warm", paused: "warm", phone_offline: "bad", off: "" };
const REASONS = ["lunch", "errand", "meeting", "mail", "other"];
const RETURN_MINUTES = [5, 10, 15, 30, 45, 60];

/**
 * One's own state, with the three buttons that change it.
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function youCard(context) {
  const { voice, session, notices } = context;
  const me = session.person;
  const badge = personBadge(voice);
  const detail = h("p", { class: "soft small" });
  const set = (/** @type {"available" | "off"} */ state) => async () => {
    if (me) await setState(me, { state }, context);
  };
  const waits = h("p", { class: "notice warm", role: "status", hidden: true }, icon("waiting"), voice.t("you.somebody_waits"));
  /** @type {Api.Board | null} */
  let latest = null;
  const look = () => void (waits.hidden = !latest || !waitsForMe(latest, me?.id ?? null, now()));
  const here = actionButton({ class: "button", "data-state": "available" }, set("available"), notices, icon("available"), voice.t("you.available"));
  const pause = h("button", { type: "button", class: "button", "data-state": "paused", onclick: () => me && askPause(me, context) }, icon("paused"), voice.t("you.pause"));
  const off = actionButton({ class: "button", "data-state": "off" }, set("off"), notices, icon("off"), voice.t("you.off"));
  const root = h("section", { class: "card you", "aria-labelledby": "you-title" },
    h("header", null, icon("person"), h("h2", { id: "you-title" }, me ? h("bdi", null, me.name) : ""), badge.root), waits, detail, h("div", { class: "three" }, here, pause, off));
  return {
    root,
    end: everySecond(look),
    show(board) {
      latest = board;
      look();
      const person = board.people.find((one) => one.id === me?.id);
      root.hidden = !person || session.role === "viewer";
      if (!person) return;
      badge.show(person);
      say(detail, voice.t(`you.is_${person.state}`));
      for (const [button, state] of /** @type {const} */ ([[here, "available"], [pause, "paused"], [off, "off"]])) {
        mark(button, "aria-pressed", String(person.state === state));
      }
    },
  };
}

/**
 * @param {import("./page.js").Context} context
 * @returns {import("./page.js").Part}
 */
export function peopleCard(context) {
  const { voice, session } = context;
  const count = h("span", { class: "count" });
  const list = h("ul", { class: "list people" });
  const root = h("section", { class: "card", "aria-labelledby": "people-title" },
    h("header", null, icon("people"), h("h2", { id: "people-title" }, voice.t("people.title")), count), list);
  const update = rows(list, (/** @type {Api.Person} */ person) => person.id, (person) => personRow(person, context));
  return {
    root,
    show(board) {
      const free = board.people.filter((person) => person.state === "available").length;
      say(count, voice.t("people.free", { n: free }));
      update(peopleInOrder(board.people, session.person?.id ?? null, voice.compare));
    },
  };
}

/**
 * A state as icon, word and ticking time.
 * @param {import("../lib/i18n.js").Voice} voice
 */
export function personBadge(voice) {
  const [sign, word, time] = [icon("available"), h("span"), document.createElement("fd-elapsed")];
  const root = h("span", { class: "badge" }, sign, word, time);
  return {
    root,
    /** @param {Api.Person} person */
    show(person) {
      redraw(sign, person.state);
      say(word, voice.t(`state.${person.state}`));
      root.className = `badge ${TONES[person.state]}`;
      const counts = person.state === "wrap_up" && person.until;
      mark(time, "until", counts ? person.until : null);
      mark(time, "since", counts ? null : person.since);
    },
  };
}

/** @param {Api.Person} first @param {import("./page.js").Context} context */
function personRow(first, context) {
  const { voice, session } = context;
  const badge = personBadge(voice);
  const name = h("bdi", { class: "name" });
  const initials = h("span", { class: "face", "aria-hidden": "true" });
  const detail = h("span", { class: "soft small" });
  const other = first.id !== session.person?.id && maySetState(session, first.id);
  const change = other && h("button", { type: "button", class: "button quiet round", "aria-label": voice.t("people.change", { name: first.name }),
    title: voice.t("people.change", { name: first.name }), onclick: () => askPause(first, context) }, icon("open"));
  const root = h("li", { class: "row person", "data-person": first.id }, initials, h("div", { class: "who" }, name, badge.root, detail), change);
  return {
    root,
    update(/** @type {Api.Person} */ person) {
      say(name, person.name);
      say(initials, initialsOf(person.name));
      badge.show(person);
      say(detail, details(person, voice));
      detail.hidden = !detail.textContent;
      mark(root, "data-state", person.state);
    },
  };
}

/** @param {Api.Person} person @param {import("../lib/i18n.js").Voice} voice */
function details(person, voice) {
  const reason = person.reason ? (voice.has(`reason.${person.reason}`) ? voice.t(`reason.${person.reason}`) : person.reason) : "";
  const back = person.until && person.state === "paused" ? voice.t("people.back", { time: voice.time(person.until) }) : "";
  return [reason, back].filter(Boolean).join(" · ");
}

/** @param {string} name */
function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}

/**
 * Asks for a state: for oneself the pause, for others (leads) any.
 * @param {{ id: string, name: string }} person
 * @param {import("./page.js").Context} context
 */
function askPause(person, context) {
  const { voice, session } = context;
  const own = person.id === session.person?.id;
  const reasons = h("fieldset", { class: "choices wide" }, h("legend", null, voice.t("pause.why")),
    ...REASONS.map((reason, i) => radio("reason", reason, i === 0, voice.t(`reason.${reason}`))));
  const back = h("select", { id: "pause-back", name: "minutes" },
    ...RETURN_MINUTES.map((n) => h("option", { value: n, selected: n === 30 }, voice.t("pause.minutes", { n }))), h("option", { value: "" }, voice.t("pause.open_end")));
  const until = h("div", { class: "field" }, h("label", { for: "pause-back" }, voice.t("pause.back")), back);
  const states = h("fieldset", { class: "choices" }, h("legend", null, voice.t("pause.state")),
    ...["available", "paused", "off"].map((state) => radio("state", state, state === "paused", voice.t(`state.${state}`))));
  states.addEventListener("change", () => {
    const paused = new FormData(/** @type {HTMLFormElement} */ (states.closest("form"))).get("state") === "paused";
    reasons.hidden = until.hidden = !paused;
  });
  ask(voice, {
    title: own ? voice.t("pause.title") : voice.t("pause.title_of", { name: person.name }),
    confirm: own ? voice.t("pause.confirm") : voice.t("pause.confirm_of"),
    content: own ? [reasons, until] : [states, reasons, until],
    submit: (data) => setState(person, wanted(data), context),
  });
}

/** @param {FormData} data @returns {Api.WantedState} */
function wanted(data) {
  const state = /** @type {Api.WantedState["state"]} */ (data.get("state") ?? "paused");
  if (state !== "paused") return { state };
  const minutes = Number(data.get("minutes"));
  const until = minutes ? { until: new Date(now() + minutes * 60_000).toISOString() } : {};
  return { state, reason: String(data.get("reason")), ...until };
}
