/**
 * The same screens in front of the program: one of our own, or the one that FRONTDESK_URL, FRONTDESK_PERSON and
 * FRONTDESK_PASSWORD name. These look at what must be there in any office.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launch, newPage } from "../browser/office.mjs";
import { openHouse } from "./house.mjs";

let { FRONTDESK_URL: url, FRONTDESK_PERSON: person = "anna", FRONTDESK_PASSWORD: password = "correct horse" } = process.env;
let browser, house;
before(async () => {
  browser = await launch();
  if (!url) ({ url } = house = await openHouse());
});
after(async () => {
  await browser?.close();
  await house?.close();
});

async function logIn(options) {
  const opened = await newPage(browser, url, { loggedIn: false, ...options });
  opened.forgive(/status of 401/);
  await opened.page.goto("/login?lang=en");
  await opened.page.fill("#person", person);
  await opened.page.fill("#password", password);
  await opened.page.getByRole("button", { name: "Log in" }).click();
  await opened.page.locator(".group").first().waitFor();
  // The office speaks its own language first; these tests read English.
  await opened.page.goto("/?lang=en");
  await opened.page.locator(".group").first().waitFor();
  return opened;
}

test("log in, and the board shows every group and person the API knows", async () => {
  const { page, end } = await logIn();
  const board = await page.evaluate(async () => (await fetch("/api/v1/board")).json());
  for (const { id } of board.people) await page.locator(`[data-person="${id}"]`).waitFor();
  assert.equal(await page.locator(".groups > .group").count(), board.groups.length);
  await assertAccessible(page, "board");
  await end();
});

test("the feed is heard: a state set from one screen is seen on another", async () => {
  const [one, other] = [await logIn(), await logIn()];
  for (const opened of [one, other]) opened.forgive(/status of 409/);
  const stateOf = (page) => page.locator(".you > header .badge use").getAttribute("href");
  await one.page.getByRole("button", { name: "Pause …" }).click();
  await one.page.getByRole("button", { name: "Start the pause" }).click();
  const refused = one.page.getByRole("dialog").getByText("You are the last one here");
  await one.page.waitForFunction(() => !document.querySelector("dialog") || /last one here/.test(document.querySelector("dialog")?.textContent ?? ""));
  if (!(await refused.isVisible())) {
    await other.page.waitForFunction(() => document.querySelector('.you [data-state="paused"]')?.getAttribute("aria-pressed") === "true");
    assert.match((await stateOf(other.page)) ?? "", /#paused$/);
    await other.page.locator(".you").getByRole("button", { name: "Available" }).click();
    await one.page.waitForFunction(() => document.querySelector('.you [data-state="paused"]')?.getAttribute("aria-pressed") === "false");
  }
  await one.end();
  await other.end();
});

test("the day page has every figure with its formula, and a call opens its story", async () => {
  const { page, end } = await logIn();
  await page.goto("/?lang=en#/day");
  await page.locator(".figure, .empty").first().waitFor();
  for (const formula of await page.locator(".formula").allTextContents()) assert.ok(formula.length > 10);
  const call = page.locator("tr[data-contact] a").first();
  if (await call.count()) {
    await call.click();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    await assertAccessible(page, "one call");
  }
  await end();
});

test("the TV page shows no whole number and no name of a customer", async () => {
  const { page, end } = await logIn({ width: 1920, height: 1080 });
  await page.goto("/tv?lang=en");
  await page.locator(".tv-people li").first().waitFor();
  assert.doesNotMatch(await page.locator(".tv section").innerText(), /\+?\d[\d ]{6,}\d/);
  const seen = await page.evaluate(async () => (await fetch("/api/v1/board?view=tv")).json());
  assert.deepEqual(seen.line.filter((entry) => entry.customer !== null), []);
  await end();
});

test("log-in, and assets are kept for ever under their build id", async () => {
  const { page, end } = await newPage(browser, url, { loggedIn: false });
  const answer = await page.goto("/login?lang=en");
  assert.match((await answer.headerValue("content-security-policy")) ?? "", /default-src 'self'/);
  assert.match((await answer.headerValue("cache-control")) ?? "", /no-cache|no-store/);
  const script = await page.locator('script[type="module"]').getAttribute("src");
  assert.doesNotMatch(script ?? "", /@build@/);
  const asset = await page.request.get(script ?? "");
  assert.match(asset.headers()["cache-control"] ?? "", /immutable/);
  await assertAccessible(page, "log-in");
  await end();
});
