/** The first run, whole: from the code on the console to a phone that registers with what the screen says. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launch, newPage } from "../browser/office.mjs";
import { serve } from "./program.mjs";
import { Line } from "./sip.mjs";

let browser, office;
before(async () => ([browser, office] = await Promise.all([launch(), serve()])));
after(async () => {
  await browser?.close();
  await office?.stop();
});

test("the code opens the set-up once, and the office works afterwards", async () => {
  const { page, forgive, end } = await newPage(browser, office.url, { loggedIn: false });
  forgive(/status of 403/);
  forgive(/status of 401/);
  await page.goto("/?lang=en");
  await page.getByRole("heading", { name: "Set up your office" }).waitFor();
  await assertAccessible(page, "set-up");
  const answers = { code: "AAAA-AAAA", office: "Hansen VVS", name: "Anna Berg", password: "correct horse", extension: "11", number: "+45 33 44 55 66", host: "127.0.0.1:5999", user: "33445566", secret: "hunter2-hunter2" };
  for (const [name, value] of Object.entries(answers)) await page.fill(`#${name}`, value);
  await page.selectOption("#country", "DK");
  await page.getByRole("button", { name: "Make the office" }).click();
  await page.getByText("The code is not right.").waitFor();
  await page.fill("#code", office.code.toLowerCase());
  await page.getByRole("button", { name: "Make the office" }).click();
  await page.getByRole("heading", { name: "Your office is ready" }).waitFor();
  const [server, port, user, secret] = await page.locator(".account code").allTextContents();
  assert.deepEqual([server, Number(port)], [office.sip.host, office.sip.port]);
  const phone = await Line.open(user, office.sip);
  await phone.register(secret);
  phone.close();
  const certificate = await page.request.get("/ca.crt");
  assert.match(await certificate.text(), /BEGIN CERTIFICATE/);
  await page.getByRole("link", { name: "Open the board" }).click();
  await page.locator('[data-person="anna"]', { hasText: "Available" }).waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.locator("#person").waitFor();
  await page.goto("/setup?lang=en");
  await page.fill("#person", "anna");
  await page.fill("#password", "correct horse");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator('[data-person="anna"]').waitFor();
  await end();
});
