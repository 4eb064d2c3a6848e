import assert from "node:assert/strict";
import { test } from "node:test";
import * as facts from "../../../static/js/board/callback-facts.js";
import { depth, isLate, news } from "../../../static/js/board/board-facts.js";
import { counts, ofKind, owedActions, signature } from "../../../static/js/owed/owed-facts.js";
import { matching } from "../../../static/js/prompts/prompts-facts.js";
import { nextWeekday, wallClock } from "../../../static/js/lib/zone.js";

const NOW = Date.parse("2026-11-20T15:30:00Z");
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const back = (change) => ({ contact: "C-1", kind: "callback", customer: "Hansen", number: "+4512345678", group: "main", joined_at: at(-12), place: 1, state: "waiting", attempt: 1, attempts: 3, ...change });
const group = (change) => ({ id: "main", name: "Main", open: true, waiting: 2, open_callbacks: 1, ...change });
const board = (change) => ({ version: 1, now: at(0), groups: [group()], line: [], calls: [], people: [], parked: [], overrides: [], mail: { version: 1 }, owed: 0, alarms: [], ...change });
const session = (role, id = "anna") => ({ person: id ? { id, name: id } : null, role, office: {}, version: "1" });
const dateOf = (instant) => new Date(instant).toISOString().slice(0, 10);

test("the line's depth counts callers and promises alike", () => assert.equal(depth(group()), 3));

test("a promise is late when its time has passed, a caller when the target has", () => {
  const entry = back({ promised_to: at(0) });
  assert.deepEqual([isLate(entry, [], NOW), isLate(entry, [], NOW + 1)], [false, true]);
  assert.equal(isLate(back({}), [], NOW + 86_400_000), false, "no time was promised");
});

test("a row says what was promised, which try, and when the next one is", () => {
  const keys = (entry) => facts.callbackFacts(entry, NOW).map((fact) => fact.key);
  assert.deepEqual(keys(back({ promised_from: at(5), promised_to: at(20), not_before: at(3) })), ["callback.promised", "callback.attempt_of", "callback.next"]);
  assert.deepEqual(keys(back({ not_before: at(-3), attempts: undefined })), ["callback.no_window", "callback.attempt"]);
  assert.deepEqual(keys({ promised_from: null, promised_to: null }), ["callback.no_window"]);
});

test("who may press what on a promise", () => {
  const all = ["call", "later", "done", "number", "give", "cancel"];
  const cases = [
    ["waiting", session("agent"), all],
    ["snoozed", session("owner"), all],
    ["waiting", session("owner", null), all.slice(1)],
    ["reserved", session("agent"), ["done", "cancel"]],
    ["dialing", session("agent"), ["done", "cancel"]],
    ["merged", session("agent"), []],
    ["connected", session("agent"), []],
    ["waiting", session("viewer"), []],
  ];
  for (const [state, who, may] of cases) assert.deepEqual(facts.callbackActions({ state }, who), may, `${state} ${who.role}`);
});

test("after closing, the promises that can still be kept today keep the office here", () => {
  const closed = [group({ open: false })];
  const line = [back({}), back({ contact: "C-2", not_before: at(10) }), back({ contact: "C-3", not_before: at(24 * 60) }), back({ contact: "C-4", group: "service" }), { ...back({ contact: "C-5" }), kind: "live" }];
  assert.equal(facts.promisesLeft(board({ groups: closed, line }), dateOf), 2);
  assert.deepEqual(facts.closing(board({ groups: closed, line }), dateOf), { key: "closing.left", n: 2 });
  assert.deepEqual(facts.closing(board({ groups: closed, owed: 3 }), dateOf), { key: "closing.owed", n: 3 });
  assert.deepEqual(facts.closing(board({ groups: closed }), dateOf), { key: "closing.nothing", n: 0 });
  assert.equal(facts.closing(board({ line, owed: 3 }), dateOf), null, "it is open");
  assert.equal(facts.closing(board({ groups: [] }), dateOf), null);
});

test("a new promise is spoken as one", () => {
  const after = board({ line: [back({})] });
  assert.deepEqual(news(board(), after, "anna").map((one) => one.key), ["say.callback"]);
});

const owed = (kind, change) => ({ contact: "C-9", kind, since: at(-60), number: "+4520304050", customer: null, group: "main", contacts: ["C-9"], late: false, callback: null, message: null, ...change });

test("what can be done about each thing that is owed", () => {
  const callback = (state) => owed("callback", { callback: { state } });
  const cases = [
    [owed("missed"), session("agent"), ["dial", "settle"]],
    [owed("missed", { number: null }), session("agent"), ["settle"]],
    [owed("missed"), session("owner", null), ["settle"]],
    [owed("voicemail"), session("agent"), ["dial", "claim", "heard"]],
    [owed("voicemail", { message: { assigned: "bo" } }), session("agent"), ["dial", "heard"]],
    [owed("voicemail"), session("lead", null), ["heard"]],
    [callback("waiting"), session("agent"), ["call", "later", "done", "number", "give", "cancel"]],
    [callback("unreached"), session("agent"), ["call", "later", "done", "number", "cancel"]],
    [{ ...callback("invalid"), callback: { state: "invalid", called_from: "+4520000001" } }, session("agent"), ["call", "try", "later", "done", "number", "cancel"]],
    [callback("perhaps"), session("lead", null), ["later", "done", "number", "cancel"]],
    [callback("dialing"), session("agent"), ["done", "cancel"]],
    [owed("voicemail"), session("viewer"), []],
    [owed("mail"), session("agent"), ["read"]],
    [owed("mail"), session("viewer"), []],
  ];
  for (const [item, who, may] of cases) assert.deepEqual(owedActions(item, who), may, `${item.kind} ${item.callback?.state} ${who.role}`);
});

test("the list is filtered by kind and keeps its order", () => {
  const items = [owed("missed", { contact: "C-1" }), owed("voicemail", { contact: "C-2" }), owed("missed", { contact: "C-3" })];
  assert.deepEqual(ofKind(items, "missed").map((one) => one.contact), ["C-1", "C-3"]);
  assert.equal(ofKind(items, null).length, 3);
  assert.deepEqual(counts(items), { missed: 2, callback: 0, voicemail: 1, mail: 0 });
});

test("the list is fetched again when something on the board may have changed it, and not at each tick", () => {
  const before = board({ owed: 2, line: [back({})] });
  assert.equal(signature(before), signature({ ...before, version: 2, calls: [{}] }));
  for (const change of [{ owed: 3 }, { mail: { version: 2 } }, { line: [] }, { line: [back({ state: "dialing" })] }, { line: [back({ not_before: at(9) })] }]) {
    assert.notEqual(signature(before), signature({ ...before, ...change }));
  }
  assert.equal(signature(null), "");
});

test("a sentence is found by every word of it, or by its name", () => {
  const prompts = [{ name: "welcome", text: "Welcome. You will be connected." }, { name: "closed", text: "We are closed." }];
  const found = (typed) => matching(prompts, typed).map((one) => one.name);
  assert.deepEqual(found(""), ["welcome", "closed"]);
  assert.deepEqual(found("  WE are "), ["closed"]);
  assert.deepEqual(found("welcome connected"), ["welcome"]);
  assert.deepEqual(found("nothing"), []);
  assert.deepEqual(matching([{ name: "front-menu", text: null }], "menu").length, 1, "only the office has it");
});

test("the clock on the office's wall, and the next Saturday on it", () => {
  const noon = Date.parse("2026-11-21T12:00:00Z"); // a Saturday, 13:00 in Copenhagen
  assert.equal(wallClock(noon, "Europe/Copenhagen"), "2026-11-21T13:00");
  assert.equal(wallClock(Date.parse("2026-07-01T22:30:00Z"), "Europe/Copenhagen"), "2026-07-02T00:30");
  assert.equal(nextWeekday(noon, "Europe/Copenhagen", 6, "14:00"), "2026-11-21T14:00");
  assert.equal(nextWeekday(noon, "Asia/Taipei", 6, "14:00"), "2026-11-28T14:00", "20:00 there");
  assert.equal(nextWeekday(noon, "UTC", 1, "08:00"), "2026-11-23T08:00");
});
