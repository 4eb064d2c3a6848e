import assert from "node:assert/strict";
import { test } from "node:test";
import * as clock from "../../../static/js/lib/clock.js";

test("lengths are written as on a phone", () => {
  const cases = [[0, "0:00"], [999, "0:00"], [7_000, "0:07"], [60_000, "1:00"], [754_000, "12:34"], [3_600_000, "1:00:00"], [3_723_000, "1:02:03"], [-5_000, "0:00"]];
  for (const [ms, text] of cases) assert.equal(clock.spell(ms), text);
});

test("time follows the server, not this machine, and stands while the feed is lost", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-21T10:00:00Z") });
  clock.follow("2026-11-21T14:00:00Z");
  context.mock.timers.tick(5_000);
  assert.equal(clock.now(), Date.parse("2026-11-21T14:00:05Z"));
  clock.stop();
  context.mock.timers.tick(60_000);
  assert.equal(clock.now(), Date.parse("2026-11-21T14:00:05Z"));
  clock.follow("2026-11-21T14:01:10Z");
  assert.equal(clock.now(), Date.parse("2026-11-21T14:01:10Z"));
});
