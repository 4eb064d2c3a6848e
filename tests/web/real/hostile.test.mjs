/**
 * Hostile mails, from the mailbox through the program to the screen in Chromium: nothing runs, and nobody outside
 * learns that they were read. A listener counts; the last step shows that it can hear.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch, newPage } from "../browser/office.mjs";
import { hostileMails } from "./hostile.mjs";
import { openHouse } from "./house.mjs";
import { postOffice } from "./post-office.mjs";

/** Some fifty frames on a busy machine. */
const PATIENCE_MS = 40_000;

let browser, house, post, listener;
const heard = [];
let names = [];

const mailbox = (port) => `
[[mailbox]]
id = "info"
address = "info@hansen.example"
group = "main"
imap = { host = "127.0.0.1", port = ${port}, security = "none", user = "info", password = "info" }
smtp = { host = "127.0.0.1", port = ${port}, security = "none", user = "info", password = "info" }
auto_reply = false
`;

before(async () => {
  listener = createServer((request, response) => {
    heard.push({ path: request.url, referer: request.headers.referer ?? null });
    response.writeHead(200, { "content-type": "image/gif", "access-control-allow-origin": "*" }).end();
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  const hostile = hostileMails(`http://127.0.0.1:${listener.address().port}`);
  names = hostile.names;
  post = await postOffice(hostile.mails);
  [browser, house] = await Promise.all([launch(), openHouse(mailbox(post.port))]);
});
after(async () => {
  await browser?.close();
  await house?.close();
  post?.close();
  listener?.close();
});

test("scripts and trackers in every corner of HTML and CSS: no request and no dialog", async () => {
  const { page, end, forgive } = await newPage(browser, house.url, { loggedIn: false });
  forgive(/status of 401/);
  page.setDefaultTimeout(PATIENCE_MS);
  const dialogs = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const popups = [];
  page.on("popup", (popup) => popups.push(popup.url()));
  await page.goto("/login?lang=en");
  await page.fill("#person", "anna");
  await page.fill("#password", "correct horse");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator(".group").first().waitFor();

  // what came before the first connection is history: closed
  await page.goto("/?lang=en#/mail");
  await page.getByRole("button", { name: "All", exact: true }).click();
  await page.locator("[data-conversation] a").first().click();
  const open = page.getByRole("button", { name: "Show as sent" });
  await page.waitForFunction((n) => document.querySelectorAll("[data-item]").length >= n, names.length + 2);
  const shown = await open.count();
  assert.ok(shown >= names.length - 3, `${shown} of ${names.length} are shown as sent`);
  for (let n = 0; n < shown; n += 1) await open.nth(n).click();
  await page.waitForFunction((n) => document.querySelectorAll("iframe.mail-frame").length === n, shown);
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  assert.equal(frames.length, shown, "no frame within a frame");
  await Promise.all(frames.map((frame) => frame.waitForLoadState("load")));
  // what waits for a press is pressed: links that would run something lead nowhere
  const led = await Promise.all(frames.map((frame) => frame.locator("a[href]").evaluateAll((all) => all.map((link) => link.getAttribute("href")))));
  assert.deepEqual(led.flat().filter((href) => !/^(https?|mailto|tel):/.test(href ?? "")), []);

  assert.deepEqual(heard, [], "nobody outside learned of it");
  assert.deepEqual(dialogs, []);
  assert.deepEqual(popups, []);
  assert.match(page.url(), /#\/mail\//, "the page is where it was");

  // the listener hears, and a dialog is seen, when there is one
  const asked = once(listener, "request", { signal: AbortSignal.timeout(PATIENCE_MS) });
  await page.locator("[data-item]").filter({ has: page.getByText("img", { exact: true }) }).getByRole("button", { name: "Load pictures from outside" }).click();
  await asked;
  assert.equal(heard[0].referer, null, "asked for without saying from where");
  await page.evaluate(() => alert("seen"));
  assert.deepEqual(dialogs, ["seen"]);
  await end();
});

test("attached pages and drawings are files, never shown", async () => {
  const { page, end, forgive } = await newPage(browser, house.url, { loggedIn: false });
  forgive(/status of 401/);
  await page.goto("/login?lang=en");
  const answers = await page.evaluate(async () => {
    await fetch("/api/v1/session", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ person: "anna", password: "correct horse" }) });
    const { items } = await (await fetch("/api/v1/conversations")).json();
    const { items: all } = await (await fetch(`/api/v1/conversations/${items[0].id}`)).json();
    const files = all.flatMap((item) => item.attachments);
    return Promise.all(files.map(async (file) => {
      const { headers } = await fetch(file.url);
      return { name: file.name, disposition: headers.get("content-disposition"), nosniff: headers.get("x-content-type-options"), type: headers.get("content-type") };
    }));
  });
  assert.ok(answers.length >= 2, JSON.stringify(answers));
  for (const { name, disposition, nosniff } of answers) {
    assert.match(disposition ?? "", /^attachment/, name);
    assert.equal(nosniff, "nosniff", name);
    assert.doesNotMatch(name, /[<>]/);
  }
  await end();
});
