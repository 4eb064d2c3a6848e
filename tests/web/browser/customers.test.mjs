/** Customers: finding one, the card and its timeline, putting together, blocking, forgetting, files in and out. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { assertAccessible, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

const asked = async (path) => (await office.seen()).asked.filter((one) => one.path === path).map((one) => one.body);
const listed = (page) => page.locator("[data-customer]").evaluateAll((all) => all.map((one) => one.dataset.customer));
const title = (page, name) => page.getByRole("heading", { level: 1, name });

test("the list is paged and searched by word and by digits; nobody found and nobody yet are said", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers");
  await page.locator("[data-customer='K-12']").getByText("VIP").waitFor();
  assert.deepEqual(await listed(page), ["K-9", "K-12", "K-7"]);
  await page.getByRole("link", { name: "+45 71 99 12 08" }).waitFor();
  await page.getByRole("button", { name: "Show more" }).click();
  await page.locator("[data-customer='K-15']").getByText("Blocked").waitFor();
  const search = page.getByRole("searchbox");
  await search.fill("8117");
  await page.locator("[data-customer='K-12']").waitFor({ state: "detached" });
  assert.deepEqual(await listed(page), ["K-7"]);
  await search.fill("nobody has this");
  await page.getByText("No customer has this.").waitFor();
  await office.set("quiet");
  await page.goto("about:blank");
  await page.goto("/?lang=en#/customers");
  await page.getByText("No customer is written down yet.").waitFor();
  await end();
});

test("the card tells how to reach them, what is owed, what may be theirs, and all that passed by day", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-12");
  await title(page, "Søren Jensen").waitFor();
  await page.getByText("+45 20 30 40 50").waitFor();
  await page.locator(".owed [data-kind='mail']").waitFor();
  const timeline = page.locator(".timeline > li");
  await timeline.first().waitFor();
  assert.equal(await timeline.count(), 7);
  assert.ok((await page.locator(".timeline h3:visible").count()) >= 3, "a day begins with its date");
  await page.locator(".timeline [data-item='voicemail C-1980'], .timeline li[data-item='voicemail C-1980']").first().locator("audio").waitFor();
  await page.getByRole("button", { name: "Older ones" }).click();
  await page.locator("[data-item='call C-1895']").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-item")), "call C-1899", "reading goes on where the older ones begin");
  assert.equal(await page.getByRole("button", { name: "Older ones" }).isVisible(), false);
  await assertAccessible(page, "customer");
  await end();
});

test("a call from the card rings one's own phone first; a double click is one call", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "Call +45 20 30 40 50" }).dblclick();
  await page.getByText("Your phone rings first, then the customer’s.").waitFor();
  assert.deepEqual(await asked("/calls"), [{ from_person: "anna", to: "+4520304050" }]);
  await end();
});

test("changing: nobody is refused here, who was faster is not overwritten unseen", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 409/);
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "Change …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("");
  await dialog.getByLabel("Company").fill("");
  await dialog.getByLabel("Numbers").fill("");
  await dialog.getByLabel("Mail addresses").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Write a name, a company, a number or an address.").waitFor();
  await dialog.getByLabel("Company").fill("Jensen Byg ApS");
  await dialog.getByLabel("Mail addresses").fill("kontor@jensenbyg.example\nsoeren@jensenbyg.example");
  await dialog.getByLabel("Name").fill("Søren Ude Jensen");
  await dialog.getByLabel("Numbers").fill(" +45 20 30 40 50 \n\n+4511223344");
  await office.set("edited/K-12/name/Sofus Jensen");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText(/Somebody else changed this customer meanwhile.* Name: Sofus Jensen/).waitFor();
  assert.equal(await dialog.getByLabel("Name").inputValue(), "Søren Ude Jensen");
  await dialog.getByRole("button", { name: "Save" }).click();
  await title(page, "Søren Ude Jensen").waitFor();
  const changes = (await office.seen()).asked.filter((one) => one.method === "PATCH").map((one) => one.body);
  assert.deepEqual(changes.map((one) => one.version), [4, 5]);
  assert.deepEqual(changes[1], { version: 5, name: "Søren Ude Jensen", numbers: ["+45 20 30 40 50", "+4511223344"] }, "only what was written otherwise");
  await end();
});

test("what a colleague changed elsewhere on the card is no conflict, and is not put back", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 409/);
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "Change …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Søren Ude Jensen");
  await office.set("edited/K-12/company/Jensen og Co");
  await dialog.getByRole("button", { name: "Save" }).click();
  await title(page, "Søren Ude Jensen").waitFor();
  await page.getByText(/^Jensen og Co/).waitFor();
  await end();
});

test("what was found for other words is not merged into", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-7");
  await page.getByRole("button", { name: "Is the same as …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill("jensen");
  await dialog.getByRole("radio", { name: /Søren Jensen/ }).waitFor();
  assert.equal(await dialog.getByRole("radio").isChecked(), true, "the only one is chosen");
  await dialog.getByRole("searchbox").pressSequentially("s");
  await page.keyboard.press("Enter");
  await dialog.getByText("Choose who it is.").waitFor();
  assert.deepEqual(await asked("/customers/K-7/merge"), []);
  await end();
});

test("pages that were turned stay turned when a customer changes somewhere", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers");
  await page.getByRole("button", { name: "Show more" }).click();
  const last = page.locator("[data-customer='K-15'] a");
  await last.focus();
  await Promise.all([page.waitForResponse(/customers\?.*cursor=3/), office.set("edited/K-7")]);
  await page.waitForFunction(() => document.querySelectorAll("[data-customer]").length === 4);
  assert.equal(await last.evaluate((link) => link === document.activeElement), true);
  await end();
});

test("a new customer is written down once and opened", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers");
  await page.getByRole("button", { name: "New customer" }).click();
  await page.getByLabel("Name").fill("Lone Kjær");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Save" }).dblclick();
  await title(page, "Lone Kjær").waitFor();
  assert.deepEqual((await asked("/customers")).map(({ name, vip }) => ({ name, vip })), [{ name: "Lone Kjær", vip: true }]);
  await end();
});

test("two that are one are put together, and taken apart again", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-7");
  await page.getByRole("button", { name: "Is the same as …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Put together" }).click();
  await dialog.getByText("Choose who it is.").waitFor();
  await dialog.getByRole("searchbox").fill("holm");
  await dialog.getByText("No customer has this.").waitFor();
  await dialog.getByRole("searchbox").fill("jensen");
  await dialog.getByRole("radio", { name: /Søren Jensen/ }).waitFor();
  await assertAccessible(page, "merge");
  await dialog.getByRole("button", { name: "Put together" }).click();
  await title(page, "Søren Jensen").waitFor();
  await page.getByText("They are one customer now.").waitFor();
  assert.deepEqual(await asked("/customers/K-7/merge"), [{ into: "K-12" }]);
  await page.locator("[data-merged='K-7']").getByRole("button").click();
  await page.getByText("They are two customers again.").waitFor();
  await page.locator("[data-merged='K-7']").waitFor({ state: "detached" });
  assert.equal((await asked("/customers/K-7/unmerge")).length, 1);
  await end();
});

test("one that was put together leads to the one it went into", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-20");
  await title(page, "Søren Jensen").waitFor();
  assert.equal(await page.evaluate(() => location.hash), "#/customers/K-12");
  await end();
});

test("what may be theirs is taken or not; a note is kept and emptied", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "Yes, +45 40 50 60 70 is theirs" }).click();
  await page.locator("[data-maybe]").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Call +45 40 50 60 70" }).waitFor();
  const note = page.getByLabel(/^Note about this customer/);
  await page.getByRole("button", { name: "Keep the note" }).click();
  await page.getByText("Nothing is written yet.").waitFor();
  await note.fill("Bell is broken, knock.");
  await page.getByRole("button", { name: "Keep the note" }).click();
  await page.locator(".timeline").getByText("Bell is broken, knock.").waitFor();
  assert.equal(await note.inputValue(), "");
  await end();
});

test("what is written is not lost to a refusal, nor the focus to what moves on the board", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 503/);
  await page.goto("/?lang=en#/customers/K-12");
  await page.locator(".timeline > li").first().waitFor();
  const note = page.getByLabel(/^Note about this customer/);
  await note.fill("Twice");
  await office.set("refuse/not_stored/503");
  await page.getByRole("button", { name: "Keep the note" }).click();
  await page.locator(".notices .bad").waitFor();
  assert.equal(await note.inputValue(), "Twice");
  await office.set("refuse/none/0");
  const edit = page.getByRole("button", { name: "Change …" });
  await edit.focus();
  await Promise.all([page.waitForResponse("**/customers/K-12"), office.set("edited/K-12")]);
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-action") === "edit");
  await end();
});

test("blocking is asked for how long, shown, and lifted", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-7");
  await page.getByRole("button", { name: "Block …" }).click();
  await page.getByRole("radio", { name: "For a week" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await page.getByText(/^Blocked until /).waitFor();
  assert.match((await asked("/customers/K-7/block"))[0].until, /^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
  await page.getByRole("button", { name: "Unblock" }).click();
  await page.getByText(/^Blocked until /).waitFor({ state: "detached" });
  await end();
});

test("all that is open becomes one's own, and what colleagues have is said", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "I take all of it" }).click();
  await page.getByText("2 open items are yours now. The rest stays with Bo Østergaard.").waitFor();
  await end();
});

test("forgetting asks for the name, is done once, and leaves a receipt without it", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/customers/K-7");
  await page.getByRole("button", { name: "Forget …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Forget for good" }).click();
  await dialog.getByText("The name is not the same. Nothing was forgotten.").waitFor();
  await assertAccessible(page, "forget");
  await dialog.getByRole("textbox").fill("Mette Holm");
  await dialog.getByRole("button", { name: "Forget for good" }).click();
  await title(page, "This customer is forgotten").waitFor();
  await page.locator("[data-receipt='F-1']").getByText("12 calls · 1 message · 2 conversations · 7 mails · 1 attached file · 3 notes").waitFor();
  assert.equal((await office.seen()).asked.filter((one) => one.method === "DELETE").length, 1);
  assert.doesNotMatch(await page.locator("main").innerText(), /Mette/);
  await page.goto("/?lang=en#/customers/forgotten");
  await page.locator("[data-receipt='F-1']").getByText(/Anna Berg/).waitFor();
  await end();
});

test("a file is looked at before anything is written, looked at again when customers changed, and then imported", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 409/);
  await page.goto("/?lang=en#/customers/import");
  const file = page.locator("#import-file");
  await file.setInputFiles({ name: "customers.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
  await page.getByText("This is not a list of customers we can read.").waitFor();
  await file.evaluate((input) => {
    const large = new DataTransfer();
    large.items.add(new File([new Uint8Array(8 * 1024 * 1024 + 1)], "customers.csv"));
    input.files = large.files;
    input.dispatchEvent(new Event("change"));
  });
  await page.getByText("The file is larger than 8 MB.").waitFor();
  assert.deepEqual(await asked("/customers/import"), [], "neither was sent");
  await file.setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from("name,number\nLone,61616161\n") });
  await page.getByRole("heading", { name: "What would happen" }).waitFor();
  await page.locator("tr[data-line='4']").getByText("Not a phone number: 20 30").waitFor();
  await page.locator("tr[data-line='3']").getByText("Søren Jensen: +45 22 22 22 22").waitFor();
  await assertAccessible(page, "import");
  await office.set("imported");
  await page.getByRole("button", { name: "Import 2 customers" }).click();
  await page.getByText("Customers were changed meanwhile.").waitFor();
  await page.getByRole("button", { name: "Import 2 customers" }).dblclick();
  await page.getByRole("heading", { name: "The import is done" }).waitFor();
  assert.equal((await asked("/customers/import")).length, 4, "looked, refused, looked again, done");
  await end();
});

test("who only looks on, and who may not manage, is shown no door to it", async () => {
  const { page, end } = await office.page();
  await office.set("role/agent");
  await page.goto("/?lang=en#/customers");
  await page.locator("[data-customer='K-12']").waitFor();
  assert.equal(await page.getByRole("link", { name: "Import" }).count(), 0);
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "Block …" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Forget …" }).count(), 0);
  await office.set("role/viewer");
  await page.goto("about:blank");
  await page.goto("/?lang=en#/customers");
  await page.getByText("Your role does not allow this.").waitFor();
  await end();
});

test("a list and a card that cannot be had say why, and are had again", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of (503|404)/);
  await office.set("broken/busy_box/503");
  for (const path of ["customers", "customers/K-12", "customers/forgotten"]) {
    await page.goto(`/?lang=en#/${path}`);
    await page.getByRole("alert").getByText("The box is busy right now.").first().waitFor();
  }
  await office.set("broken/none/0");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Nobody was forgotten yet.").waitFor();
  await page.goto("/?lang=en#/customers/K-99");
  await page.getByText("This customer is not here any more.").waitFor();
  await end();
});

test("a mail and a debt lead to the card, and who reached them since is told beside the debt", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/owed");
  await page.locator("[data-contact='M-41']").getByText(/Bo Østergaard spoke with them /).waitFor();
  await page.goto("/?lang=en#/mail/M-41");
  await page.getByRole("link", { name: "Søren Jensen, Jensen Byg ApS" }).click();
  await title(page, "Søren Jensen").waitFor();
  await end();
});
