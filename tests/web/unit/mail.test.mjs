import assert from "node:assert/strict";
import { test } from "node:test";
import * as facts from "../../../static/js/mail/mail-facts.js";

const NOW = Date.parse("2026-11-20T15:30:00Z");
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const session = (role, id = "anna") => ({ person: id ? { id, name: id } : null, role });
const conversation = (change) => ({ state: "new", assigned: null, merged_into: null, due_at: null, ...change });

test("a view asks the server for its states, mine for my own, and the search goes with each", () => {
  assert.equal(facts.query("todo", "", "anna"), "state=new%2Copen");
  assert.equal(facts.query("mine", " ", "anna"), "assigned=anna&state=new%2Copen");
  assert.equal(facts.query("snoozed", "", "anna"), "state=snoozed");
  assert.equal(facts.query("all", "å & ø", "anna"), "q=%C3%A5+%26+%C3%B8");
});

test("work is in the order of its targets, what has none last, the longest owed first among them", () => {
  const one = (id, due_at, owed_since) => ({ id, due_at, owed_since, last_at: at(0) });
  const list = [one("M-1", null, at(-5)), one("M-2", at(60), at(0)), one("M-3", at(30), at(0)), one("M-4", null, at(-9))];
  assert.deepEqual(facts.byTarget(list).map((row) => row.id), ["M-3", "M-2", "M-4", "M-1"]);
});

test("a target is late from the moment it has passed, and only where an answer is owed", () => {
  const standing = (minutes, state = "new") => facts.due({ state, due_at: at(minutes) }, NOW);
  assert.deepEqual([standing(-1), standing(0), standing(59), standing(61)], ["late", "soon", "soon", "in_time"]);
  assert.equal(standing(-1, "waiting"), null);
  assert.equal(facts.due({ state: "new", due_at: null }, NOW), null, "an office that never opens");
});

test("who only looks presses nothing; what is taken is not taken twice", () => {
  assert.deepEqual(facts.actions(conversation(), session("viewer")), []);
  assert.deepEqual(facts.actions(conversation(), session("agent")), ["claim", "assign", "snooze", "close"]);
  assert.deepEqual(facts.actions(conversation({ assigned: "bo", state: "open" }), session("agent")), ["assign", "snooze", "close"]);
  assert.deepEqual(facts.actions(conversation({ state: "snoozed" }), session("agent")), ["claim", "assign", "reopen", "close"]);
  assert.deepEqual(facts.actions(conversation({ assigned: "bo", state: "waiting" }), session("agent")), ["assign", "reopen", "snooze", "close"], "what a call settled is owed again by a press");
  assert.deepEqual(facts.actions(conversation({ state: "closed" }), session("agent")), ["reopen"]);
  assert.deepEqual(facts.actions(conversation({ merged_into: "M-1" }), session("owner")), []);
  assert.deepEqual(facts.actions(conversation(), session("owner", null)), ["assign", "snooze", "close"], "a token is nobody");
});

test("others who are in it are told of, the writers first, never oneself", () => {
  const present = [{ conversation: "M-1", person: "bo", doing: "looking" }, { conversation: "M-1", person: "chen", doing: "writing" }, { conversation: "M-1", person: "anna", doing: "writing" }, { conversation: "M-2", person: "ida", doing: "writing" }];
  assert.deepEqual(facts.others({ mail: { present } }, "M-1", "anna").map((one) => one.person), ["chen", "bo"]);
  assert.deepEqual(facts.others(null, "M-1", "anna"), []);
});

test("what was quoted under an answer is folded with the line that introduces it", () => {
  assert.deepEqual(facts.parts("Yes.\n\nOn Friday Anna wrote:\n> Thursday?\n> Bo\n"), { fresh: "Yes.", quoted: "On Friday Anna wrote:\n> Thursday?\n> Bo" });
  assert.deepEqual(facts.parts("> Thursday?\nYes, gladly."), { fresh: "> Thursday?\nYes, gladly.", quoted: "" }, "an answer under its question is not hidden");
  assert.deepEqual(facts.parts("Hello\n\n"), { fresh: "Hello", quoted: "" });
});

test("a saved reply has its fields filled in, and keeps those nobody knows", () =>
  assert.equal(facts.filled("Dear {customer}, {reference} {price}", { customer: "Kim", reference: "M-7" }), "Dear Kim, M-7 {price}"));

test("what the writer has not seen", () => {
  const items = (...ids) => ids.map((id) => ({ id }));
  assert.deepEqual(facts.unseen(items("I-1", "I-2"), items("I-1", "I-2", "I-3")), ["I-3"]);
});

test("sizes are told as people tell them", () => {
  const voice = { language: "en" };
  assert.deepEqual([400, 482_133, 5_400_000].map((bytes) => facts.size(bytes, voice)), ["400 byte", "471 kB", "5.1 MB"]);
});

test("a file that is empty, too large with the others, or one too many does not go along", () => {
  const files = (count, size) => Array.from({ length: count }, () => ({ size }));
  assert.equal(facts.refusedFile({ size: 0 }, []), "empty_file");
  assert.equal(facts.refusedFile({ size: 18_000_000 }, []), null);
  assert.equal(facts.refusedFile({ size: 9_000_001 }, files(1, 9_000_000)), "files_too_large");
  assert.equal(facts.refusedFile({ size: 1 }, files(19, 1)), null);
  assert.equal(facts.refusedFile({ size: 1 }, files(20, 1)), "too_many_files");
});
