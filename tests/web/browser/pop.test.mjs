/** Who calls, while one's own phone rings: beside whatever is being done. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { assertAccessible, assertFits, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

const pop = (page) => page.getByRole("complementary", { name: "Your phone rings" });
const JENSEN = encodeURIComponent("+45 20 30 40 50");

test("the pop tells who, company, waited, what is owed and open, and takes nothing from what is being typed", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-43");
  const field = page.getByLabel("Answer to the customer");
  await field.fill("We come on ");
  await office.set(`ringing/${JENSEN}`);
  await pop(page).getByText("Søren Jensen").waitFor();
  await page.keyboard.type("Thursday.");
  assert.equal(await field.inputValue(), "We come on Thursday.");
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
  await pop(page).getByText("Jensen Byg ApS · waited 21 s").waitFor();
  await pop(page).getByText("Har nøgle til kælderen.").waitFor();
  for (const heading of ["We owe", "Open mails", "Last time"]) await pop(page).getByRole("heading", { name: heading }).waitFor();
  await page.waitForFunction(() => /Your phone rings/.test(document.querySelector("#announcer")?.textContent ?? ""));
  await assertAccessible(page, "pop");
  await end();
});

test("everything of hers is taken with one press, and the card is one link away", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await office.set(`ringing/${JENSEN}`);
  await pop(page).getByRole("button", { name: "I take all of it" }).dblclick();
  await page.getByText("2 open items are yours now.").waitFor();
  assert.equal((await office.seen()).hits["/customers/K-12/claim"], 1);
  assert.equal(await pop(page).evaluate((root) => root.contains(document.activeElement)), true, "who pressed here goes on here");
  await pop(page).getByRole("link", { name: "Open the card" }).click();
  await page.getByRole("heading", { level: 1, name: "Søren Jensen" }).waitFor();
  assert.equal(await pop(page).isVisible(), true, "the phone still rings");
  await end();
});

test("it stays while one talks, goes when the call has ended or somebody else took it, and stays away once put away", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await office.set(`ringing/${JENSEN}`);
  await pop(page).getByText("Ringing").waitFor();
  await page.request.post("/api/v1/calls/C-2080/answer");
  await pop(page).getByText("Talking").waitFor();
  await office.set("hungup");
  await pop(page).waitFor({ state: "hidden" });
  await office.set(`ringing/${JENSEN}`);
  await pop(page).getByRole("button", { name: "Put this away" }).click();
  await pop(page).waitFor({ state: "hidden" });
  await office.set("caller");
  await page.locator("[data-contact='C-2050']").waitFor();
  assert.equal(await pop(page).isVisible(), false);
  await end();
});

test("nobody known, several, and no number at all are each said; one is written down from there", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await office.set(`ringing/${encodeURIComponent("+45 61 61 61 61")}`);
  await pop(page).getByText("Nobody we know has this number.").waitFor();
  await pop(page).getByRole("button", { name: "New customer" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByLabel("Numbers").inputValue(), "+4561616161");
  await dialog.getByLabel("Name").fill("Lone Kjær");
  await dialog.getByRole("button", { name: "Save" }).click();
  await pop(page).getByText("Lone Kjær").waitFor();
  await office.set("hungup");
  await office.set(`ringing/${encodeURIComponent("+45 33 66 11 22")}`);
  await pop(page).getByText("One of these:").waitFor();
  assert.deepEqual(await pop(page).locator("li a").allTextContents(), ["Søren Jensen", "Mette Holm"]);
  await office.set("hungup");
  await office.set("ringing");
  await pop(page).getByText("The caller does not show a number.").waitFor();
  await end();
});

test("what is known cannot be had: the call is shown all the same, and asked for again by a press", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 503/);
  await page.goto("/?lang=en#/");
  await page.locator("[data-contact='C-2041']").waitFor();
  await office.set("broken/busy_box/503");
  await office.set(`ringing/${JENSEN}`);
  await pop(page).getByText("+45 20 30 40 50").waitFor();
  await pop(page).getByRole("button", { name: "Try again" }).waitFor();
  await office.set("broken/none/0");
  await pop(page).getByRole("button", { name: "Try again" }).click();
  await pop(page).getByText("Søren Jensen").waitFor();
  await end();
});

test("on a phone it lies at the foot and leaves half of the screen", async () => {
  const { page, end } = await office.page({ width: 390, height: 844 });
  await page.goto("/?lang=en#/");
  await office.set(`ringing/${JENSEN}`);
  await pop(page).getByText("Søren Jensen").waitFor();
  await assertFits(page, "pop");
  const { y, height } = await pop(page).boundingBox();
  assert.ok(y >= 400 && y + height <= 845, `from ${y} to ${y + height}`);
  await end();
});
