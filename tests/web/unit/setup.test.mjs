import assert from "node:assert/strict";
import { test } from "node:test";
import * as setup from "../../../static/js/door/setup-facts.js";

const form = (change) => ({ code: "ABCD-1234", office: "Hansen VVS", language: "da", country: "DK", time_zone: "Europe/Copenhagen", name: "Anna Berg", password: "correct horse", extension: "11", number: "+45 33 44 55 66", host: "sip.provider.example", user: "33445566", secret: "s3cret", ...change });

test("a log-in name is short, plain and never empty", () => {
  const cases = { "Anna Bergström": "anna", "Åse Ødegård": "ase", "Øjvind": "ojvind", "陳怡君": "owner", "  ": "owner", "Jean-Luc P": "jean-luc", "<img>": "img" };
  for (const [name, id] of Object.entries(cases)) assert.equal(setup.personId(name), id, name);
});

test("the first thing that is not right is named", () => {
  const fault = (change, line = true) => setup.fault(form(change), line);
  assert.equal(fault({}), null);
  assert.deepEqual(fault({ code: " " }), { name: "code", key: "setup.empty" });
  assert.deepEqual(fault({ password: "short" }), { name: "password", key: "setup.short" });
  assert.deepEqual(fault({ extension: "1" }), { name: "extension", key: "setup.bad_extension" });
  assert.deepEqual(fault({ number: "33445566" }), { name: "number", key: "setup.bad_number" });
  assert.equal(fault({ number: "", host: "" }, false), null);
});

test("numbers are kept with + and figures only", () => {
  assert.equal(setup.plainNumber(" 0045 33-44 (55) 66"), "+4533445566");
  assert.deepEqual(["+4533445566", "4533445566", "+45", "+0123456789"].map(setup.isFullNumber), [true, false, false, false]);
});

test("the office made from the form: one owner, one group, one number, one phone", () => {
  const office = setup.officeOf(form({}), true, { id: "anna-desk", secret: "x" });
  assert.deepEqual(office.number, [{ number: "+4533445566", to: "group:main", welcome: true }]);
  assert.deepEqual(office.group[0].members, [{ person: "anna" }]);
  assert.deepEqual(office.person[0].phone, [{ id: "anna-desk", secret: "x" }]);
  assert.equal(office.trunk[0].register, true);
});

test("without a user at the provider the trunk is known by its address; without a line there is none", () => {
  assert.deepEqual(setup.officeOf(form({ user: "" }), true, {}).trunk[0], { id: "provider", host: "sip.provider.example", transport: "udp", register: false, numbers: ["+4533445566"] });
  const later = setup.officeOf(form({}), false, {});
  assert.deepEqual([later.trunk, later.number], [[], []]);
});

test("a phone's secret has no letters that look alike and uses all its randomness", () => {
  const secret = setup.phoneSecret(Uint8Array.from({ length: 16 }, (_, i) => i * 16));
  assert.match(secret, /^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/);
  assert.equal(setup.phoneSecret(new Uint8Array(16).fill(31)), "9999-9999-9999-9999");
});
