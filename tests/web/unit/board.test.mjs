import assert from "node:assert/strict";
import { test } from "node:test";
import * as facts from "../../../static/js/board/board-facts.js";

const person = (id, state, name = id) => ({ id, name, state, since: "2026-11-21T10:00:00Z" });
const entry = (contact, joined_at, group = "main") => ({ contact, kind: "live", customer: null, number: null, group, joined_at, place: 1 });
const call = (contact, whose, state) => ({ contact, customer: "Kim", number: null, group: "main", person: whose, since: "2026-11-21T10:00:00Z", state });
const board = (change) => ({ version: 1, now: "2026-11-21T10:00:00Z", groups: [], line: [], calls: [], people: [], parked: [], overrides: [], owed: 0, alarms: [], ...change });
const session = (role, id = "anna") => ({ person: id ? { id, name: id } : null, role, office: {}, version: "1" });
const compare = (a, b) => a.localeCompare(b);

test("first come, first in the line, over all groups, without changing the board", () => {
  const line = [entry("C-3", "2026-11-21T10:00:09Z"), entry("C-1", "2026-11-21T10:00:01Z", "service"), entry("C-2", "2026-11-21T10:00:05Z")];
  assert.deepEqual(facts.inOrder(line).map((one) => one.contact), ["C-1", "C-2", "C-3"]);
  assert.equal(line[0].contact, "C-3");
});

test("late is later than the group's own target, to the millisecond", () => {
  const groups = [{ id: "main", target_ms: 30_000 }, { id: "old" }];
  const joined = Date.parse("2026-11-21T10:00:00Z");
  const late = (group, ms) => facts.isLate(entry("C-1", "2026-11-21T10:00:00Z", group), groups, joined + ms);
  assert.deepEqual([late("main", 30_000), late("main", 30_001)], [false, true]);
  assert.deepEqual([late("old", 20_000), late("old", 20_001)], [false, true]);
});

test("the longest wait of a group is the one that joined first, callbacks apart", () => {
  const line = [entry("C-2", "2026-11-21T10:00:05Z"), { ...entry("C-0", "2026-11-21T09:00:00Z"), kind: "callback" }, entry("C-1", "2026-11-21T10:00:01Z")];
  assert.equal(facts.longestSince("main", line), "2026-11-21T10:00:01Z");
  assert.equal(facts.longestSince("service", line), null);
});

test("who works after a call is told of a caller who waits for more than a minute, and nobody else is", () => {
  const at = Date.parse("2026-11-21T10:01:00Z");
  const line = [entry("C-1", "2026-11-21T10:00:00Z")];
  const told = (state, rows = line, later = 1) => facts.waitsForMe(board({ people: [person("anna", state)], line: rows }), "anna", at + later);
  assert.deepEqual([told("wrap_up"), told("wrap_up", line, 0), told("available"), told("wrap_up", [])], [true, false, false, false]);
  assert.equal(told("wrap_up", [{ ...line[0], kind: "callback" }]), false, "who was promised a call waits in peace");
});

test("people stand by name, yourself first; nobody moves because a state changed", () => {
  const people = [person("bo", "talking"), person("anna", "off"), person("chen", "available")];
  const order = (list) => facts.peopleInOrder(list, "chen", compare).map((one) => one.id);
  assert.deepEqual(order(people), ["chen", "anna", "bo"]);
  assert.deepEqual(order(people.map((one) => ({ ...one, state: "ringing" }))), ["chen", "anna", "bo"]);
});

test("a call can be sent to anybody but yourself, the free ones first", () => {
  const people = [person("anna", "available"), person("bo", "talking"), person("dorte", "available")];
  assert.deepEqual(facts.transferGoals(people, "anna", compare).map((one) => one.id), ["dorte", "bo"]);
});

test("who may press what", () => {
  const cases = [
    [call("C-1", "anna", "talking"), session("agent"), ["hold", "transfer", "park", "hangup"]],
    [call("C-1", "anna", "held"), session("agent"), ["resume", "transfer", "park", "hangup"]],
    [call("C-1", "anna", "ringing"), session("agent"), []],
    [call("C-1", "bo", "ringing"), session("agent"), ["answer"]],
    [call("C-1", null, "ringing"), session("agent"), ["answer"]],
    [call("C-1", "bo", "talking"), session("agent"), []],
    [call("C-1", "bo", "talking"), session("lead"), ["hold", "transfer", "park", "hangup"]],
    [call("C-1", "bo", "ringing"), session("viewer"), []],
    [call("C-1", "bo", "talking"), session("owner", null), []],
  ];
  for (const [one, who, actions] of cases) assert.deepEqual(facts.callActions(one, who), actions, `${one.person} ${one.state} ${who.role}`);
});

test("who may set whose state", () => {
  const may = (role, id) => facts.maySetState(session(role), id);
  assert.deepEqual([may("agent", "anna"), may("agent", "bo"), may("lead", "bo"), may("owner", "bo"), may("viewer", "anna")], [true, false, true, true, false]);
});

test("a number is written in groups, and what is none stays as it is", () => {
  const cases = { "+4520304050": "+45 20 30 40 50", "+46812345678": "+46 812 34 56 78", "+358401234567": "+358 401 23 45 67", "+12125550123": "+1 21 25 55 01 23", "20304050": "20 30 40 50", "11": "11", "+45 20 30": "+45 20 30", "<img>": "<img>", "+45••••••50": "+45••••••50" };
  for (const [number, text] of Object.entries(cases)) assert.equal(facts.spaced(number), text);
});

test("a masked number shows the country and the last two figures, and never more", () => {
  assert.equal(facts.masked("+45 20 30 40 50"), "+45 •• •• •• 50");
  assert.equal(facts.masked("+4520304050"), "+45••••••50");
  assert.equal(facts.masked("20304050"), "••••••50");
  assert.equal(facts.masked("+45 •• •• •• 50"), "+45 •• •• •• 50");
});

test("what changed is told: callers, alarms, own calls and own state, and nothing on the first board", () => {
  const before = board({ line: [entry("C-1", "2026-11-21T10:00:00Z")], people: [person("anna", "available")] });
  const after = board({
    line: [entry("C-1", "2026-11-21T10:00:00Z"), { ...entry("C-2", "2026-11-21T10:00:02Z"), place: 2 }],
    calls: [call("C-3", "anna", "ringing"), call("C-4", "bo", "ringing")],
    people: [person("anna", "ringing")],
    alarms: [{ code: "trunk.down", text: "Telia", since: "2026-11-21T10:00:00Z" }],
  });
  assert.deepEqual(facts.news(null, after, "anna"), []);
  assert.deepEqual(facts.news(before, after, "anna").map((one) => one.key), ["say.caller", "say.alarm", "say.call_ringing"]);
  assert.deepEqual(facts.news(after, after, "anna"), []);
  const paused = board({ ...after, people: [person("anna", "paused")] });
  assert.deepEqual(facts.news(after, paused, "anna").map((one) => one.key), ["say.me_paused"]);
});

test("who waits while a phone rings is shown once, in the line", () => {
  const call = (contact, state) => ({ contact, state });
  const shown = facts.besideTheLine({ line: [{ contact: "C-1" }], calls: [call("C-1", "ringing"), call("C-2", "ringing"), call("C-3", "talking")] });
  assert.deepEqual(shown.map((one) => one.contact), ["C-2", "C-3"]);
});
