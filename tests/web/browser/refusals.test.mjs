import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { assertAccessible, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

const ANSWER = { name: "Answer Jensen Byg ApS" };

test("every refusal is a sentence", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of (4|5)\d\d/);
  await page.goto("/?lang=en#/");
  const cases = {
    "already_answered/409": "Somebody else answered this call first.",
    "something_new/409": "The call has moved on; this cannot be done with it now.",
    "something_new/403": "Your role does not allow this. Ask the owner of the office.",
    "something_new/429": "Too many attempts. Wait 30 seconds and try again.",
    "something_new/503": "The box is busy right now. Try again in a moment.",
    "no_phone/409": "None of this person’s phones can be reached. Is the phone switched on and connected?",
  };
  for (const [refusal, sentence] of Object.entries(cases)) {
    await office.set(`refuse/${refusal}`);
    await page.getByRole("button", ANSWER).click();
    await page.getByRole("alert").getByText(sentence).waitFor();
  }
  await page.getByRole("button", { name: "Close this message" }).click();
  assert.equal(await page.getByRole("alert").first().textContent(), "");
  await end();
});

test("the last one here says where callers go, and can think better of it", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 409/);
  await office.set("alone");
  await page.goto("/?lang=en#/");
  await page.getByRole("button", { name: "Pause …" }).click();
  await page.getByRole("button", { name: "Start the pause" }).click();
  const asked = page.getByRole("dialog", { name: "You are the last one here" });
  await asked.waitFor();
  await assertAccessible(page, "where callers go");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Pause …", "the focus is back where it was");
  await page.locator(".you").getByRole("button", { name: "Off duty" }).click();
  await asked.waitFor();
  assert.deepEqual(await asked.locator(".choice").allTextContents(), ["Offer them a call back", "Let them leave a message", "Ring the owner’s phone", "Let them wait in line"]);
  await asked.getByText("Let them leave a message").click();
  await asked.getByRole("button", { name: "Confirm" }).click();
  await asked.waitFor({ state: "detached" });
  const sent = (await office.seen()).asked.filter((one) => one.path === "/people/anna/state");
  assert.deepEqual(sent.at(-1).body, { state: "off", callers: "voicemail" });
  assert.equal(sent.at(-2).body.callers, undefined);
  await end();
});

test("the second click of a double click does nothing", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await page.getByRole("button", ANSWER).dblclick();
  await page.locator('[data-contact="C-2041"]').getByText("Talking").waitFor();
  assert.deepEqual((await office.seen()).hits, { "/calls/C-2041/answer": 1 });
  await end();
});

test("a lost feed is said, the timers stand still, and it heals by itself", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/ERR_/);
  await page.goto("/?lang=en#/");
  await page.getByRole("button", ANSWER).waitFor();
  await office.set("lost");
  await page.getByText(/Connection lost\. Data from \d\d:\d\d\. Trying again/).waitFor();
  const times = () => page.locator("fd-elapsed").allTextContents();
  const stood = await times();
  await page.getByRole("button", ANSWER).click();
  await page.getByText("The box does not answer. Check the network; nothing was changed.").waitFor();
  assert.deepEqual(await times(), stood);
  await office.set("found");
  await page.waitForFunction(() => !document.querySelector(".feed")?.textContent);
  await end();
});

test("a newer program offers a reload", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/ERR_/);
  await page.goto("/?lang=en#/");
  await page.getByRole("button", ANSWER).waitFor();
  await office.set("lost");
  await page.getByText("Connection lost").waitFor();
  await office.set("newer");
  await office.set("found");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("button", ANSWER).waitFor();
  assert.equal(await page.getByText("A newer version").count(), 0);
  await end();
});

test("a wrong password is said without saying which was wrong; too many attempts say how long", async () => {
  const { page, end, forgive } = await office.page({ loggedIn: false });
  forgive(/status of 4\d\d/);
  await page.goto("/login?lang=en");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Please fill in your name and your password.").waitFor();
  await page.fill("#person", "anna");
  await page.fill("#password", "wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Name and password do not match.").waitFor();
  await office.set("refuse/too_many_attempts/429");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Too many attempts. Wait 30 seconds and try again.").waitFor();
  await end();
});

test("logged out elsewhere: the log-in comes by itself", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 401|ERR_/);
  await page.goto("/?lang=en#/");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL("**/login");
  await page.goto("/#/day");
  await page.waitForURL("**/login#/day");
  await end();
});

test("what callers call themselves is text, in its own direction", async () => {
  await office.set("hostile");
  const { page, end } = await office.page();
  for (const path of ["/?lang=en#/", "/tv?lang=en", "/?lang=en#/day/2026-11-20"]) {
    await page.goto(path);
    await page.locator("bdi").first().waitFor();
    assert.equal(await page.locator("img, script:not([src])").count(), 0, path);
    assert.doesNotMatch(await page.title(), /owned/);
  }
  await page.goto("/?lang=en#/");
  await page.getByText('<img src=x onerror').first().waitFor();
  const name = page.locator('[data-contact="C-2043"] bdi.name');
  assert.equal(await name.evaluate((element) => getComputedStyle(element).unicodeBidi), "isolate");
  await end();
});

test("why a list cannot be had stays to be read, and is not taken for a slow one", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 503/);
  await page.clock.install();
  await office.set("broken/busy_box/503");
  for (const path of ["owed", "mail", "customers"]) {
    await page.goto(`/?lang=en#/${path}`);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.clock.runFor(1_000);
    assert.equal(await page.getByRole("button", { name: "Try again" }).isVisible(), true, path);
  }
  await end();
});

test("a second proof is asked for after the right password, and not before", async () => {
  await office.set("totp");
  const { page, end, forgive } = await office.page({ loggedIn: false });
  forgive(/status of 401/);
  await page.goto("/login?lang=en");
  const code = page.getByLabel("Code of your app, or a recovery code");
  await page.fill("#person", "anna");
  await page.fill("#password", "wrong");
  await page.keyboard.press("Enter");
  await page.getByText("Name and password do not match.").waitFor();
  assert.equal(await code.isVisible(), false);
  await page.fill("#password", "correct horse");
  await page.keyboard.press("Enter");
  await page.getByText("The password is right. Now the code.").waitFor();
  assert.equal(await code.evaluate((field) => field === document.activeElement), true);
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await page.getByText("This code is not right, or it is used up.").waitFor();
  await page.keyboard.type("123456");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/");
  await end();
});
