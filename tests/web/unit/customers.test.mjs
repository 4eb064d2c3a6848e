import assert from "node:assert/strict";
import { test } from "node:test";
import { byDay, claimable, collided, detailsOf, formatOf, linesOf, nameOf, renewed, rewritten } from "../../../static/js/customers/customers-facts.js";
import { popped } from "../../../static/js/frame/pop-facts.js";

const somebody = { id: "K-1", name: "", company: "", numbers: [], addresses: [] };

test("a customer is called by name, else company, number, address, and at last the id", () => {
  assert.equal(nameOf({ ...somebody, name: "Mette", company: "Holm ApS" }), "Mette");
  assert.equal(nameOf({ ...somebody, company: "Holm ApS", numbers: ["+4528117066"] }), "Holm ApS");
  assert.equal(nameOf({ ...somebody, numbers: ["+4528117066"], addresses: ["m@h.example"] }), "+45 28 11 70 66");
  assert.equal(nameOf({ ...somebody, addresses: ["m@h.example"] }), "m@h.example");
  assert.equal(nameOf(somebody), "K-1");
});

test("what stands under the name is not the name again", () => {
  assert.equal(detailsOf({ ...somebody, company: "Holm ApS", numbers: ["+4528117066"] }), "+45 28 11 70 66");
  assert.equal(detailsOf({ ...somebody, numbers: ["+4528117066"], addresses: ["m@h.example"] }), "m@h.example");
});

test("lines of a field are those with something in them", () => assert.deepEqual(linesOf(" +45 1 \n\n x \r\n"), ["+45 1", "x"]));

test("a file's kind is told by its name", () => {
  assert.deepEqual(["a.csv", "A.VCF", "b.vcard", "c.txt", "d.xlsx", "csv"].map(formatOf), ["csv", "vcard", "vcard", "csv", null, null]);
});

const item = (id, at) => ({ kind: "call", id, at });

test("a newest page fetched again keeps the older ones, once each, and drops what is gone", () => {
  const before = [item("C-4", "2026-04"), item("C-3", "2026-03"), item("C-2", "2026-02"), item("C-1", "2026-01")];
  assert.deepEqual(renewed([item("C-5", "2026-05"), item("C-4", "2026-04")], before).map((one) => one.id), ["C-5", "C-4", "C-3", "C-2", "C-1"]);
  assert.deepEqual(renewed([item("C-5", "2026-05"), item("C-3", "2026-03")], before).map((one) => one.id), ["C-5", "C-3", "C-2", "C-1"], "C-4 was forgotten");
  assert.deepEqual(renewed([], before), []);
});

test("each day begins once", () => {
  const days = byDay([item("C-3", "2026-11-21T10"), item("C-2", "2026-11-21T09"), item("C-1", "2026-11-20T09")], (at) => at.slice(0, 10));
  assert.deepEqual(days.map((one) => one.begins), ["2026-11-21", null, "2026-11-20"]);
});

test("there is something to take where a call is promised or a mail is not one's own yet", () => {
  assert.equal(claimable([{ kind: "callback" }], [], "anna"), true);
  assert.equal(claimable([{ kind: "missed" }], [{ assigned: "anna" }], "anna"), false);
  assert.equal(claimable([], [{ assigned: null }], "anna"), true);
  assert.equal(claimable([{ kind: "callback" }], [], null), false);
});

const call = (contact, state, person, ringing, since = "1") => ({ contact, state, person, ringing, since });

test("the pop is about the call that rings at one's phone, the oldest first, and goes on with it while one talks", () => {
  const calls = [call("C-1", "ringing", "bo", ["bo"]), call("C-3", "ringing", "bo", ["bo", "anna"], "3"), call("C-2", "ringing", "anna", ["anna"], "2"), call("C-4", "talking", "anna", [])];
  const shown = (at, closed = []) => popped({ calls }, "anna", at, new Set(closed))?.contact ?? null;
  assert.equal(shown(null), "C-2");
  assert.equal(shown("C-3"), "C-3", "what is shown is not changed under the eyes");
  assert.equal(shown("C-4"), "C-4");
  assert.equal(shown(null, ["C-2"]), "C-3");
  assert.equal(shown(null, ["C-2", "C-3"]), null, "a call that did not ring here does not come up");
  assert.equal(popped({ calls }, null, null, new Set()), null);
  assert.equal(popped(null, "anna", null, new Set()), null);
});

const written = { name: "Mette", company: "", about: "", numbers: ["+4528117066"], addresses: [], vip: false };

test("only what was written otherwise is sent, and only what two wrote at once collides", () => {
  const mine = rewritten({ ...written, name: "Mette H", numbers: [] }, written);
  assert.deepEqual(mine, { name: "Mette H", numbers: [] });
  assert.deepEqual(rewritten(written, written), {});
  assert.deepEqual(collided(mine, written, { ...written, company: "Holm" }), []);
  assert.deepEqual(collided(mine, written, { ...written, numbers: ["+4528117066", "+4511223344"] }), ["numbers"]);
});
