import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

/** Counts the notes that sound. */
function counted() {
  const start = AudioScheduledSourceNode.prototype.start;
  globalThis.notes = 0;
  AudioScheduledSourceNode.prototype.start = function (...when) {
    globalThis.notes += 1;
    return start.apply(this, when);
  };
}

test("a soft tone when a caller waits for long after one's call: not before the first press, not when it is switched off", async () => {
  const { page, end } = await office.page();
  await page.addInitScript(counted);
  const notes = () => page.evaluate(() => globalThis.notes);
  const strip = page.getByText("A customer has waited for more than a minute.");
  /** The caller waits for long now, and did not before. */
  const waits = async () => {
    await office.set("reset");
    await strip.waitFor({ state: "hidden" });
    await office.set("longwait");
    await strip.waitFor();
  };
  await office.set("longwait");
  await page.goto("/?lang=en#/");
  await strip.waitFor();
  assert.equal(await notes(), 0, "the reader has pressed nothing yet");
  await page.getByRole("heading", { name: "People" }).click();
  await waits();
  await page.waitForFunction(() => globalThis.notes === 2);

  await page.getByRole("button", { name: "Soft tone when a customer waits: on" }).click();
  await waits();
  assert.equal(await notes(), 2, "switched off");
  await page.reload();
  const off = page.getByRole("button", { name: "Soft tone when a customer waits: off" });
  await off.waitFor();
  await off.click();
  await page.waitForFunction(() => globalThis.notes === 2);
  await end();
});
