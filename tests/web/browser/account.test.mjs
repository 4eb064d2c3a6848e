import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { LANGUAGES, assertAccessible, assertFits, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

const LONG = "a short sentence";

test("whoever is invited chooses a password and is in", async () => {
  const { page, end } = await office.page({ loggedIn: false });
  await page.goto("/invite?lang=en#fdi_good");
  await page.getByRole("heading", { name: "Welcome, Bo Østergaard" }).waitFor();
  assert.equal(await page.getByLabel("Log-in name").inputValue(), "bo");
  const [first, again, send] = [page.getByLabel("New password"), page.getByLabel("The same password again"), page.getByRole("button", { name: "Keep this password and log in" })];
  for (const [one, two, sentence] of [["", "", "Please choose a password."], ["short", "short", "This password is too short: at least 10 letters."], [LONG, "another sentence", "The two passwords are not the same. Type both again."]]) {
    await first.fill(one);
    await again.fill(two);
    await send.click();
    await page.getByRole("alert").getByText(sentence).waitFor();
  }
  assert.equal((await office.seen()).asked.filter((one) => one.path === "/invites/use").length, 0, "nothing was sent yet");
  await again.fill(LONG);
  await again.press("Enter");
  await page.locator("[data-contact='C-2041']").waitFor();
  const used = (await office.seen()).asked.filter((one) => one.path === "/invites/use");
  assert.deepEqual(used.map((one) => one.body), [{ code: "fdi_good", password: LONG }]);
  await end();
});

test("a link that is used up, too old or mutilated says so in every language, and what to do", async () => {
  for (const language of LANGUAGES) {
    const { page, end, forgive } = await office.page({ loggedIn: false, reducedMotion: "reduce" });
    forgive(/status of 410/);
    await page.goto(`/invite?lang=${language}#fdi_old`);
    await page.locator("main.door a[href='/login']").waitFor();
    assert.equal(await page.locator("input").count(), 0);
    await assertAccessible(page, language);
    await page.setViewportSize({ width: 390, height: 844 });
    await assertFits(page, language);
    await end();
  }
});

test("a link that another one used meanwhile, and a box that is busy", async () => {
  const { page, end, forgive } = await office.page({ loggedIn: false });
  forgive(/status of (410|503)/);
  await office.set("refuse/too_busy/503");
  await page.goto("/invite?lang=en#fdi_good");
  await page.getByText("The box is busy right now. Try again in a moment.").waitFor();
  await office.set("refuse/none/0");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("New password").fill(LONG);
  await page.getByLabel("The same password again").fill(LONG);
  await office.set("refuse/no_invite/410");
  await page.getByRole("button", { name: "Keep this password and log in" }).click();
  await page.getByRole("heading", { name: "This link cannot be used any more" }).waitFor();
  await end();
});

test("the second factor is switched on by a code of the app, and off by the password", async () => {
  const { page, end, forgive } = await office.page({ reducedMotion: "reduce" });
  forgive(/status of (401|422)/);
  await page.goto("/?lang=en#/account");
  await page.getByText("The second factor is off").waitFor();
  await page.getByRole("button", { name: "Switch the second factor on" }).click();
  const dialog = page.getByRole("dialog");
  const answer = async (password, word) => {
    await dialog.getByLabel("Password").fill(password);
    await dialog.getByRole("button", { name: word }).click();
  };
  await answer("wrong", "Switch the second factor on");
  await dialog.getByText("The password is not right.").waitFor();
  await assertAccessible(page, "asked for the password");
  await answer("correct horse", "Switch the second factor on");
  await page.getByText("GEZD GNBV GY3T QOJQ").waitFor();
  const { width, height } = await page.getByRole("img", { name: "QR code that holds the key below" }).boundingBox();
  assert.ok(width >= 160 && width === height, `${width} × ${height}: a camera at arm's length reads it`);
  assert.match(await page.getByRole("link", { name: "Open the app on this device" }).getAttribute("href"), /^otpauth:\/\/totp\//);
  await assertAccessible(page, "the key");
  await page.getByLabel("The code the app shows now").fill("000000");
  await page.getByRole("button", { name: "Switch on", exact: true }).click();
  await page.getByText("This code is not right, or it is used up.").waitFor();
  await page.getByLabel("The code the app shows now").fill("123456");
  await page.getByRole("button", { name: "Switch on", exact: true }).click();
  await page.getByText("ABCD EFGH").waitFor();
  await assertAccessible(page, "the recovery codes");
  await page.setViewportSize({ width: 390, height: 844 });
  await assertFits(page, "the recovery codes");
  await page.getByRole("button", { name: "I have kept them" }).click();
  assert.equal(await page.getByText("ABCD EFGH").count(), 0, "they are shown once");
  await page.getByRole("button", { name: "Switch the second factor off" }).click();
  await answer("correct horse", "Switch the second factor off");
  await page.getByText("The second factor is off: the password alone lets you in.").waitFor();
  await end();
});

test("the owner sees who cannot log in and makes a link; nobody else does", async () => {
  const { page, end } = await office.page({ reducedMotion: "reduce" });
  await page.goto("/?lang=en#/account");
  await page.locator("[data-person='bo']").getByText("Cannot log in yet").waitFor();
  await page.locator("[data-person='gert']").getByText("Has a password").waitFor();
  await page.getByRole("button", { name: "Make a link for Bo Østergaard" }).click();
  await page.getByText("http://box.local:8080/invite#fdi_new").waitFor();
  await page.getByText("Give it to Bo Østergaard yourself.").waitFor();
  await assertAccessible(page, "a link");
  await page.setViewportSize({ width: 390, height: 844 });
  await assertFits(page, "a link");
  await office.set("role/agent");
  await page.reload();
  await page.getByText("The second factor is off").waitFor();
  assert.equal(await page.locator("[data-person]").count(), 0);
  await end();
});
