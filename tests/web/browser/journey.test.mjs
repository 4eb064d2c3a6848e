import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

/** Waits until it is true; the page's own patience ends it. */
const until = (page, told, argument) => page.waitForFunction(told, argument);
const row = (page, contact) => page.locator(`[data-contact="${contact}"]`);

test("log in, see who waits, answer, hold, resume, transfer, and look at the day", async () => {
  const { page, end, forgive } = await office.page({ loggedIn: false });
  forgive(/401/);
  await page.goto("/?lang=da");
  await page.waitForURL("**/login");
  await page.fill("#person", "anna");
  await page.fill("#password", "correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Køen" }).waitFor();

  await row(page, "C-2041").getByRole("button", { name: "Besvar Jensen Byg ApS" }).click();
  await row(page, "C-2041").getByText("Taler").waitFor();
  await row(page, "C-2041").getByRole("button", { name: "Sæt Jensen Byg ApS på hold" }).click();
  await row(page, "C-2041").getByText("På hold").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-action")), "resume", "the focus goes where the finger is");
  await page.keyboard.press("Enter");
  await row(page, "C-2041").getByText("Taler").waitFor();

  await row(page, "C-2041").getByRole("button", { name: "Omstil Jensen Byg ApS" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Omstil", exact: true }).click();
  await page.getByText("Vælg en kollega, eller skriv et nummer.").waitFor();
  await page.getByRole("radio", { name: /Ida Kjær/ }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Omstil", exact: true }).click();
  await until(page, () => !document.querySelector('[data-contact="C-2041"]') && !document.querySelector("dialog"));

  await page.getByRole("link", { name: "Dag" }).click();
  await page.locator('[data-figure="service_level"]').waitFor();
  assert.equal(await page.locator(".figure").count(), 12);
  assert.equal(await page.locator("[data-figure='callback_attempts'] strong").textContent(), "1,4", "a mean keeps its part");
  assert.match(await page.getByRole("link", { name: "Dagens løfter som tabel (CSV)" }).getAttribute("href") ?? "", /^\/api\/v1\/export\/callbacks\.csv\?from=\d{4}.*&to=\d{4}/);
  await end();
});

test("a parked call can be fetched by anybody", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await row(page, "C-2039").getByRole("button", { name: "Park Mette Holm" }).click();
  await page.getByText("Parked in place 72. Anybody can fetch the call with *72.").waitFor();
  await row(page, "C-2039").getByRole("button", { name: "Fetch Mette Holm" }).click();
  await row(page, "C-2039").getByText("Talking").waitFor();
  await end();
});

test("a pause has a reason and a return time; ready again is one press", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await page.getByRole("button", { name: "Pause …" }).click();
  await page.getByRole("radio", { name: "meeting" }).check();
  await page.getByLabel("Back", { exact: true }).selectOption("15");
  await page.getByRole("button", { name: "Start the pause" }).click();
  await page.locator('[data-person="anna"]').getByText(/meeting · back at \d\d:\d\d/).waitFor();
  const available = page.locator(".you").getByRole("button", { name: "Available" });
  await available.click();
  await until(page, () => document.querySelector('.you [data-state="available"]')?.getAttribute("aria-pressed") === "true");
  await end();
});

test("each figure shows its formula, and a press the calls behind it; a call tells its story", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/day/2026-11-20");
  const card = page.locator('[data-figure="abandonment"]');
  await card.getByText("÷ all callers").waitFor();
  assert.equal(await page.locator("tr[data-contact]").count(), 39);
  await card.getByRole("button").click();
  assert.equal(await page.locator("tr[data-contact]").count(), 3);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Calls behind “Hung up before help”");
  await card.getByRole("button").click();
  assert.equal(await page.locator("tr[data-contact]").count(), 39);

  await page.locator('tr[data-contact="C-2002"] a').click();
  await page.getByText("One-way sound: nothing was heard from one of the phones.").waitFor();
  assert.equal(await page.locator(".story li").count(), 7);
  await page.locator(".contact > p a").click();
  await page.locator('[data-figure="owed"]').waitFor();
  await page.getByRole("link", { name: "Previous day" }).click();
  await until(page, () => location.hash === "#/day/2026-11-19");
  await page.getByRole("heading", { level: 1, name: "Thursday, November 19, 2026" }).waitFor();
  await end();
});

test("the mailbox has its figures on the day page, with the mails behind each", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/day/2026-11-20");
  const card = page.locator('[data-figure="mail_first_reply"]');
  await card.getByText("Answered in time").waitFor();
  assert.deepEqual(await card.locator("dd").allTextContents(), ["2", "1", "3"]);
  await page.locator('[data-figure="mail_received"]').getByRole("button").click();
  await page.getByRole("heading", { name: "Mails behind “Mails received”" }).waitFor();
  await page.locator("[data-conversation='M-43']").waitFor();
  await card.getByRole("button").click();
  await page.locator("[data-conversation='M-43']").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Tilbud på varmepumpe" }).waitFor();
  await end();
});

test("waiting and talking times tick by the server's clock, and turn late in words and shape", async () => {
  const { page, end } = await office.page();
  await page.clock.install();
  await page.goto("/?lang=en#/");
  const wait = row(page, "C-2043").locator("fd-elapsed");
  await wait.waitFor();
  assert.equal(await row(page, "C-2043").getByText("Late").isVisible(), false);
  const first = await wait.textContent();
  await page.clock.runFor(7_000);
  assert.notEqual(await wait.textContent(), first);
  await row(page, "C-2043").getByText("Late").waitFor();
  assert.match(await row(page, "C-2043").locator(".wait > svg use").getAttribute("href"), /#late$/);
  await end();
});

test("a press stays where it is while rows come and go, and the new caller is spoken", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  const answer = row(page, "C-2043").getByRole("button");
  await answer.focus();
  await office.set("gone/C-2041");
  await until(page, () => !document.querySelector('[data-contact="C-2041"]'));
  await office.set("caller");
  await row(page, "C-2050").waitFor();
  assert.equal(await answer.evaluate((button) => button === document.activeElement), true);
  await until(page, () => document.querySelector("#announcer")?.textContent === "New caller in Hovednummer, place 5.");
  await end();
});

test("an empty office says so", async () => {
  await office.set("quiet");
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await page.getByText("Nobody is waiting.").waitFor();
  await page.getByText("No calls right now.").waitFor();
  await page.goto("/?lang=en#/day/2026-11-20");
  await page.getByText("No calls on this day.").waitFor();
  await end();
});

test("the first run: what is wrong is said at the field, then the office is made and the phone's account shown", async () => {
  const { page, end, forgive } = await office.page({ loggedIn: false });
  forgive(/403/);
  await page.goto("/setup?lang=en");
  await page.getByRole("button", { name: "Make the office" }).click();
  await page.getByText("Set-up code: please fill this in.").waitFor();
  for (const [field, value] of Object.entries({ code: "WRONG", office: "Hansen VVS", name: "Anna Berg", password: "correct horse", number: "33445566", host: "sip.provider.example", user: "33445566", secret: "s3cret" })) await page.fill(`#${field}`, value);
  await page.getByRole("button", { name: "Make the office" }).click();
  await page.getByText("Your phone number: write it with + and the country").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "number");
  await page.fill("#number", "+45 33 44 55 66");
  await page.getByRole("button", { name: "Make the office" }).click();
  await page.getByRole("alert").getByText("The code is not right.").waitFor();
  await page.fill("#code", "ABCD-1234");
  await page.getByRole("button", { name: "Make the office" }).click();
  await page.getByRole("heading", { name: "Your office is ready" }).waitFor();
  const { setup } = await office.seen();
  assert.equal(setup.number[0].number, "+4533445566");
  assert.equal(await page.getByText(setup.person[0].phone[0].secret).isVisible(), true);
  assert.equal(await page.getByText("anna-desk", { exact: true }).isVisible(), true);
  await end();
});

test("the TV page: masked, without controls, honest when the feed is lost", async () => {
  const { page, end, forgive } = await office.page({ width: 1920, height: 1080 });
  forgive(/ERR_/);
  await page.goto("/tv?lang=da");
  await page.getByText("+45 •• •• •• 50").waitFor();
  const text = await page.locator("body").innerText();
  assert.doesNotMatch(text, /20 30 40 50|Jensen/);
  assert.equal(await page.locator("button, a, input, select").count(), 0);
  const [height, inner] = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
  assert.ok(height <= inner, "all of it is on the screen");
  await office.set("lost");
  await page.getByText(/^Data fra \d\d\.\d\d$/).waitFor();
  await office.set("found");
  await until(page, () => document.querySelector(".tv-state")?.textContent === "");
  await end();
});
