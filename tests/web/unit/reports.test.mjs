import assert from "node:assert/strict";
import { test } from "node:test";
import * as day from "../../../static/js/reports/day-facts.js";
import { sound, worst } from "../../../static/js/reports/sound-facts.js";
import { ceiling } from "../../../static/js/lib/chart.js";

test("days step over months, years and the days when clocks change", () => {
  assert.equal(day.shift("2026-12-31", 1), "2027-01-01");
  assert.equal(day.shift("2028-03-01", -1), "2028-02-29");
  assert.equal(day.shift("2026-03-29", 1), "2026-03-30");
  assert.equal(day.shift("2026-10-25", -1), "2026-10-24");
});

test("only dates that exist are dates", () => {
  assert.deepEqual(["2026-11-21", "2028-02-29", "2026-02-29", "2026-13-01", "today", "", "2026-1-1"].map(day.isDate), [true, true, false, false, false, false, false]);
});

test("the hours drawn hold every call and an office day", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => ({ at: String(hour), offered: hour === 6 ? 2 : 0, answered: 0, abandoned: 0 }));
  const drawn = day.busyHours(hours, Number).map((hour) => Number(hour.at));
  assert.deepEqual([drawn[0], drawn.at(-1), drawn.length], [6, 16, 11]);
  assert.deepEqual(day.busyHours([], Number), []);
});

test("a figure is compared only when there is something to compare with", () => {
  const move = (value, previous) => day.trend({ value, previous });
  assert.deepEqual([move(3, 2), move(2, 3), move(2, 2), move(null, 2), move(2, null)], ["up", "down", "same", null, null]);
});

test("the other end of a call is the customer, whoever dialled", () => {
  const [us, them] = [{ number: "+4533445566", name: "", person: null }, { number: "+4520304050", name: "Kim", person: null }];
  assert.deepEqual(day.otherEnd({ kind: "inbound", from: them, to: us, customer: null }), { customer: "Kim", number: "+4520304050" });
  assert.deepEqual(day.otherEnd({ kind: "outbound", from: us, to: them, customer: "Jensen" }), { customer: "Jensen", number: "+4520304050" });
  assert.deepEqual(day.otherEnd({ kind: "inbound", from: { number: null, name: "", person: null }, to: us, customer: null }), { customer: null, number: null });
});

const heard = (change) => ({ packets_in: 500, packets_out: 500, lost: 0, strangers: 0, jitter_ms: 4, expected_ms: 10_000, ...change });

test("one-way sound is seen from the packets", () => {
  const cases = [
    [heard({}), "good"], [heard({ packets_in: 0 }), "deaf"], [heard({ packets_out: 0 }), "mute"],
    [heard({ packets_in: 49 }), "thin"], [heard({ packets_in: 50 }), "good"],
    [heard({ packets_in: 480, lost: 20 }), "poor"], [heard({ packets_in: 490, lost: 10 }), "good"], [heard({ jitter_ms: 61 }), "poor"],
    [heard({ expected_ms: 999, packets_in: 0 }), "unknown"], [null, "unknown"],
  ];
  for (const [verdict, word] of cases) assert.equal(sound(verdict), word, JSON.stringify(verdict));
});

test("a call sounds as its worst leg that was answered", () => {
  const leg = (verdict, answered_at = "2026-11-21T10:00:00Z") => ({ verdict, answered_at });
  assert.equal(worst([leg(heard({})), leg(heard({ packets_in: 0 }))]), "deaf");
  assert.equal(worst([leg(heard({})), leg(heard({ packets_in: 0 }), null)]), "good");
  assert.equal(worst([]), "unknown");
});

test("an axis ends on an even round number", () => {
  assert.deepEqual([1, 2, 3, 5, 9, 11, 39, 95, 101, 430].map(ceiling), [2, 2, 4, 6, 10, 20, 40, 100, 200, 500]);
});
