/** The shared mailbox: the list, one conversation, answering, and what comes meanwhile. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { assertAccessible, assertFits, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

const listed = (page) => page.locator("[data-conversation]").evaluateAll((all) => all.map((one) => one.dataset.conversation));
const asked = async (path) => (await office.seen()).asked.filter((one) => one.path === path).map((one) => one.body);

test("the list shows what is to be answered, then what a press or a word asks for", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  await page.locator("[data-conversation='M-41']").waitFor();
  assert.deepEqual(await listed(page), ["M-41", "M-43", "M-45"]);
  await page.locator("[data-conversation='M-41']").getByText(/^was due /).waitFor();
  await page.getByText(/^info: checked \d+ s ago$/).waitFor();
  await page.getByRole("button", { name: "Mine" }).click();
  await page.locator("[data-conversation='M-41']").waitFor({ state: "detached" });
  assert.deepEqual(await listed(page), ["M-43"]);
  await page.getByRole("button", { name: "All" }).click();
  await page.getByRole("searchbox").fill("林先生");
  await page.locator("[data-conversation='M-43']").waitFor({ state: "detached" });
  assert.deepEqual(await listed(page), ["M-45"]);
  await page.getByRole("searchbox").fill("nothing has this");
  await page.getByText("No mail has these words.").waitFor();
  await end();
});

test("next mail opens the oldest by its target; an empty mailbox says so", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  await page.getByRole("button", { name: "Next mail" }).click();
  await page.getByRole("heading", { name: "Tilbud på varmepumpe" }).waitFor();
  await office.set("quiet");
  await page.goto("/?lang=en#/mail");
  await page.getByText("Every mail is answered.").waitFor();
  await end();
});

test("a conversation tells who wrote, who writes now, what came back and what was written before", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-41");
  await page.getByText("Bo Østergaard is writing an answer.").waitFor();
  await page.getByText("550 5.1.1 No such user").waitFor();
  const nameless = page.locator("[data-item='I-4']");
  await nameless.getByText("kontor@jensenbyg.example").waitFor();
  await nameless.getByText("A notice of LinkedIn.").waitFor();
  assert.equal(await nameless.locator(".notice").count(), 2, "a word this screen does not know is passed over");
  assert.equal(await nameless.getByText("Kunne torsdag").isVisible(), false, "the quotation is folded");
  assert.equal(await page.getByLabel("Answer to the customer").inputValue(), "Kære Jensen, ");
  await assertAccessible(page, "conversation");
  await end();
});

test("a mail as sent is in a frame that runs nothing; a second press asks for its pictures", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-41");
  await page.getByRole("button", { name: "Show as sent" }).click();
  const frame = page.locator("iframe.mail-frame");
  await frame.waitFor();
  assert.equal(await frame.getAttribute("sandbox"), "allow-popups allow-popups-to-escape-sandbox");
  assert.equal(await frame.getAttribute("referrerpolicy"), "no-referrer");
  await page.getByRole("button", { name: "Load pictures from outside" }).click();
  await page.locator("iframe[src$='html?images=1']").waitFor();
  await page.getByRole("button", { name: "Show as sent" }).click();
  await frame.waitFor({ state: "detached" });
  await end();
});

test("an answer goes out once, can be taken back, and its draft is kept while it is written", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-43");
  const field = page.getByLabel("Answer to the customer");
  await page.getByLabel("Saved replies").selectOption({ label: "Tak" });
  assert.match(await field.inputValue(), /^Kære Ejerforeningen Strandvejen\n[\s\S]*M-43[\s\S]*Anna Berg, Hansen VVS$/);
  await page.getByText("Kept", { exact: true }).waitFor();
  assert.match((await asked("/conversations/M-43/draft")).at(-1).text, /^Kære Ejerforeningen/);
  await page.getByRole("button", { name: "Send", exact: true }).dblclick();
  await page.locator("[data-item='I-10']").getByText(/^Goes out at/).waitFor();
  assert.equal((await asked("/conversations/M-43/reply")).length, 1, "a double click is one answer");
  assert.equal((await asked("/conversations/M-43/reply"))[0].seen, 3);
  assert.equal(await field.inputValue(), "");
  await page.getByRole("button", { name: "Take back" }).click();
  await page.locator("[data-item='I-10']").waitFor({ state: "detached" });
  await end();
});

test("what came meanwhile stops the answer, is marked, and loses nothing of what was written", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 409/);
  await page.goto("/?lang=en#/mail/M-43");
  const field = page.getByLabel("Answer to the customer");
  await field.fill("We come on Thursday.");
  await office.set("mailed");
  await page.locator("[data-item='I-9'].fresh").getByText("New while you were here").waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/^Something came while you were writing/).waitFor();
  assert.equal(await field.inputValue(), "We come on Thursday.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/^Goes out at/).waitFor();
  assert.deepEqual((await asked("/conversations/M-43/reply")).map((one) => one.seen), [3, 4]);
  await end();
});

test("a log-in that ended takes no word of an answer, and leads back to it", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 401|ERR_/);
  await page.goto("/?lang=en#/mail/M-43");
  const field = page.locator("#write-text");
  await page.getByRole("heading", { name: /Faktura 20391/ }).waitFor();
  await page.context().clearCookies();
  await field.fill("We come on Thursday.");
  await office.set("lost");
  await office.set("found");
  await page.waitForURL(/\/login#\/mail\/M-43$/);
  assert.deepEqual((await asked("/conversations/M-43/draft")).filter((one) => one.text), [], "the box never heard of it");
  await page.fill("#person", "anna");
  await page.fill("#password", "correct horse");
  const kept = page.waitForResponse(/\/conversations\/M-43\/draft$/);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/#\/mail\/M-43$/);
  await kept;
  assert.equal(await field.inputValue(), "We come on Thursday.");
  assert.equal((await asked("/conversations/M-43/draft")).at(-1).text, "We come on Thursday.");
  await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("answer ")), undefined, { polling: 100 });
  await end();
});

test("what comes before anything is written is seen by being there", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-43");
  await page.locator("[data-item='I-5']").waitFor();
  await office.set("mailed");
  await page.locator("[data-item='I-9']").waitFor();
  await page.getByLabel("Answer to the customer").fill("Understood.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/^Goes out at/).waitFor();
  await end();
});

test("a note half written is a note when the page is opened again, and never an answer", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-41");
  const answer = page.getByLabel("Answer to the customer");
  await page.getByText("What you had written is still here.").waitFor();
  assert.equal(await answer.inputValue(), "Kære Jensen, ");
  await page.getByRole("button", { name: "Note" }).click();
  const note = page.getByLabel(/^Note for colleagues/);
  assert.equal(await note.inputValue(), "", "the answer is not a note");
  await note.fill("He never pays.");
  await page.reload();
  await page.getByText("What you had written is still here.").waitFor();
  assert.equal(await answer.inputValue(), "Kære Jensen, ");
  await page.getByRole("button", { name: "Note" }).click();
  assert.equal(await note.inputValue(), "He never pays.");
  assert.equal(await asked("/conversations/M-41/draft").then((all) => all.some((one) => one.text.includes("pays"))), false);
  await end();
});

test("a note is for us; taking, giving, resting and closing are one request each", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail/M-41");
  await page.getByRole("button", { name: "Note" }).click();
  await page.getByLabel(/^Note for colleagues/).fill("Call him.");
  await page.getByRole("button", { name: "Keep the note" }).click();
  await page.getByText("The note is kept.").waitFor();
  assert.deepEqual(await asked("/conversations/M-41/note"), [{ text: "Call him." }]);
  await page.getByRole("button", { name: "I take it" }).click();
  await page.getByRole("button", { name: "Give to …" }).click();
  await page.getByRole("radio", { name: "Ida Kjær" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Give" }).click();
  await page.getByRole("button", { name: "Rest until …" }).click();
  await page.getByRole("button", { name: "In a week" }).click();
  await page.getByRole("button", { name: "Let it rest" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const closed = page.waitForResponse("**/conversations/M-41/close");
  await page.getByRole("button", { name: "Close", exact: true }).click();
  assert.equal((await closed).status(), 200);
  assert.deepEqual(await asked("/conversations/M-41/assign"), [{ person: "ida" }]);
  assert.match((await asked("/conversations/M-41/snooze"))[0].until, /^\d{4}-\d\d-\d\dT08:00$/);
  assert.equal((await asked("/conversations/M-41/claim")).length, 1);
  await end();
});

test("nothing written is not sent; a refusal stays and the text too", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 503/);
  await page.goto("/?lang=en#/mail/M-43");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Nothing is written yet.").waitFor();
  await page.getByLabel("Answer to the customer").fill("Hello");
  await office.set("refuse/not_stored/503");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.locator(".notices .notice.bad").waitFor();
  assert.equal(await page.getByLabel("Answer to the customer").inputValue(), "Hello");
  assert.equal((await asked("/conversations/M-43/reply")).length, 1);
  await end();
});

test("the list is walked with the arrows, opened by Enter, and its head has the focus again afterwards", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  await page.locator("[data-conversation='M-41'] a").focus();
  const at = () => page.evaluate(() => document.activeElement?.closest("[data-conversation]")?.dataset.conversation);
  await page.keyboard.press("ArrowDown");
  assert.equal(await at(), "M-43");
  await page.keyboard.press("End");
  assert.equal(await at(), "M-45");
  await page.keyboard.press("ArrowDown");
  assert.equal(await at(), "M-45", "the list ends there");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.tagName === "H1" && location.hash === "#/mail/M-43");
  await page.goBack();
  await page.locator("[data-conversation='M-41']").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Mail");
  await end();
});

test("a new mail goes out once, to whom it is for; what was begun is there again", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  await page.getByRole("button", { name: "New mail" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("Write to whom it goes.").waitFor();
  await dialog.getByLabel("To").fill("lone@kjaer.example, mads@kjaer.example");
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("Nothing is written yet.").waitFor();
  await dialog.getByLabel("Text").fill("We come on Thursday.");
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: "New mail" }).click();
  assert.equal(await dialog.getByLabel("Text").inputValue(), "We come on Thursday.");
  await assertAccessible(page, "new mail");
  await dialog.getByLabel("Subject").fill("Heat pump");
  await dialog.getByRole("button", { name: "Send" }).dblclick();
  await page.getByText("It goes out in 10 seconds.").waitFor();
  const [{ id: draft }] = await asked("/drafts");
  assert.match(draft, /^[0-9a-f]{32}$/);
  assert.deepEqual(await asked("/conversations"), [{ to: ["lone@kjaer.example", "mads@kjaer.example"], subject: "Heat pump", text: "We come on Thursday.", draft }]);
  await end();
});

test("what is typed while the box is slow to begin a mail is kept as well, and it is begun once", async () => {
  const { page, end } = await office.page();
  let answer = () => {};
  const held = new Promise((resolve) => (answer = resolve));
  await page.route("**/api/v1/drafts", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await page.goto("/?lang=en#/mail");
  await page.getByRole("button", { name: "New mail" }).click();
  const text = page.getByRole("dialog").getByLabel("Text");
  const begins = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/drafts"));
  await text.fill("We come");
  await begins;
  const goesOn = page.waitForRequest((request) => request.method() === "PUT" && request.postDataJSON().text === "We come on Thursday.");
  await text.fill("We come on Thursday.");
  answer();
  await goesOn;
  await page.getByRole("dialog").getByText("Kept", { exact: true }).waitFor();
  assert.equal((await asked("/drafts")).length, 1);
  await end();
});

test("a mail that was begun is there at another desk, files and all, and gone once it is sent", async () => {
  const first = await office.page();
  await first.page.goto("/?lang=en#/mail");
  await first.page.getByRole("button", { name: "New mail" }).click();
  const dialog = first.page.getByRole("dialog");
  await dialog.getByLabel("Subject").fill("Heat pump");
  await dialog.locator("input[type=file]").setInputFiles({ name: "offer.txt", mimeType: "text/plain", buffer: Buffer.from("4,200") });
  await dialog.getByText("offer.txt").waitFor();
  await dialog.getByText("Kept", { exact: true }).waitFor();
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  await page.getByRole("button", { name: "New mail" }).dblclick();
  await page.getByText("What you had written is still here.").waitFor();
  assert.equal(await page.getByRole("dialog").count(), 1);
  assert.equal(await page.getByRole("dialog").getByLabel("Subject").inputValue(), "Heat pump");
  await page.getByRole("dialog").getByText("offer.txt").waitFor();
  await page.getByRole("dialog").getByLabel("To").fill("lone@kjaer.example");
  await page.getByRole("dialog").getByLabel("Text").fill("See inside.");
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await page.getByText("It goes out in 10 seconds.").waitFor();
  const [sent] = await asked("/conversations");
  const [{ id: draft }] = await asked("/drafts");
  assert.deepEqual([sent.draft, sent.attachments.length], [draft, 1]);
  await page.goto("/?lang=en#/mail");
  await page.getByRole("button", { name: "New mail" }).click();
  assert.equal(await page.getByRole("dialog").getByLabel("Subject").inputValue(), "");
  await first.end();
  await end();
});

test("files go along with an answer: chosen by key, shown while they come, kept over a reload, taken away, refused with a reason", async () => {
  const { page, end, forgive } = await office.page({ width: 390, height: 800 });
  forgive(/status of 413/);
  await page.goto("/?lang=en#/mail/M-43");
  const form = page.getByRole("form", { name: "Write" });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), form.getByRole("button", { name: "Attach files" }).press("Enter")]);
  await chooser.setFiles([
    { name: "offer.txt", mimeType: "text/plain", buffer: Buffer.from("4,200") },
    { name: "nothing.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
    { name: "a very long name of a plan for the ground floor and the garden.txt", mimeType: "text/plain", buffer: Buffer.from("walls") },
    { name: "refused.txt", mimeType: "text/plain", buffer: Buffer.from("thirteen byte") },
  ]);
  await form.getByText("nothing.txt: The file is empty, so it was not attached.").waitFor();
  await form.getByText(/^refused.txt: The files of one mail may have 18 MB together/).waitFor();
  await form.locator("[data-file]").nth(1).waitFor();
  await assertAccessible(page, "files");
  await assertFits(page, "files");
  await page.reload();
  await form.locator("[data-file]").nth(1).waitFor();
  await form.getByRole("button", { name: "Take offer.txt away" }).press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-file]").length === 1);
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.action), "attach");
  await page.getByRole("button", { name: "Note" }).click();
  assert.equal(await form.getByRole("button", { name: "Attach files" }).isVisible(), false, "nothing goes along with a note");
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await page.getByLabel("Answer to the customer").fill("See inside.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/^Goes out at/).waitFor();
  const [reply] = await asked("/conversations/M-43/reply");
  assert.equal(reply.attachments.length, 1);
  await page.waitForFunction(() => !document.querySelector("[data-file]"));
  await end();
});

test("what was begun for one is never put before another", async () => {
  const { page, end } = await office.page();
  const dialog = page.getByRole("dialog");
  await page.goto("/?lang=en#/customers/K-7");
  await page.getByRole("button", { name: "Write to mette@holm.example" }).click();
  await dialog.getByLabel("Text").fill("For Mette alone.");
  await page.keyboard.press("Escape");
  await page.goto("/?lang=en#/customers/K-12");
  await page.getByRole("button", { name: "Write to kontor@jensenbyg.example" }).click();
  assert.equal(await dialog.getByLabel("To").inputValue(), "kontor@jensenbyg.example");
  assert.equal(await dialog.getByLabel("Text").inputValue(), "");
  await page.keyboard.press("Escape");
  await page.goto("/?lang=en#/customers/K-7");
  await page.getByRole("button", { name: "Write to mette@holm.example" }).click();
  assert.equal(await dialog.getByLabel("Text").inputValue(), "For Mette alone.");
  await end();
});

test("a message on the machine is work of the inbox: heard, taken, and closed; it stands between the customer's mails", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.locator("[data-contact='C-1980'] audio").waitFor();
  await messages.getByRole("button", { name: /^Message of Familien Lindqvist-Andersson: I take it$/ }).click();
  await page.waitForFunction(() => !document.querySelector("[data-contact='C-1980']"));
  assert.equal((await asked("/voicemails/C-1980/claim")).length, 1);
  await page.getByRole("button", { name: "Customer’s turn" }).click();
  await messages.waitFor({ state: "hidden" });
  await page.goto("/?lang=en#/mail/M-41");
  await page.locator("[data-item='C-1980'] audio").waitFor();
  const between = await page.locator("[data-item]").evaluateAll((all) => all.map((one) => one.dataset.item));
  assert.deepEqual(between, ["I-1", "I-2", "C-1980", "I-3", "C-2002", "I-4", "I-5"]);
  await assertAccessible(page, "conversation");
  await end();
});

test("who is named in a note is told on every page, and led to it", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/owed");
  await page.getByRole("link", { name: /^Mail.*1 note names you/ }).click();
  await page.getByRole("link", { name: "Bo Østergaard names you in a note." }).click();
  await page.getByRole("heading", { name: "Tilbud på varmepumpe" }).waitFor();
  await end();
});

test("a mailbox that lets nobody in is signed in to by a code that is typed at the provider", async () => {
  await office.set("ungranted");
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/mail");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText("BDFG-HJKM").waitFor();
  assert.equal(await page.getByRole("link", { name: "Open the provider’s page" }).getAttribute("rel"), "noopener noreferrer");
  await assertAccessible(page, "consent");
  await page.getByText("Signed in. The mailbox connects by itself now.").waitFor();
  assert.equal((await asked("/mailboxes/info/consent/ask")).length, 3);
  await end();
});

test("… or by the address pasted back, and a wrong one is refused without losing the page", async () => {
  await office.set("ungranted/pasted");
  const { page, end, forgive } = await office.page();
  forgive(/status of 422/);
  await page.goto("/?lang=en#/mail/consent/info");
  await page.getByRole("button", { name: "Begin" }).click();
  const address = page.getByLabel("The address you end at");
  await address.fill("https://mail.example/");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("This address has no code of ours.").waitFor();
  await address.fill("http://127.0.0.1:9/?state=x&code=4711");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("Signed in.").waitFor();
  await end();
});
