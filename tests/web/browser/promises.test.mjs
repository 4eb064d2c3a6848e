/** Promises to call back in the line, what is owed, opening hours, prompts. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { assertAccessible, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());
beforeEach(() => office.set("reset"));

const row = (page, contact) => page.locator(`[data-contact="${contact}"]`);
const gone = (page, contact) => row(page, contact).waitFor({ state: "detached" });
const asked = async (path) => (await office.seen()).asked.filter((one) => one.path === path).map((one) => one.body);

test("a promise stands in the line with its time, its try and its next try", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await row(page, "C-2030").getByText(/^Hovednummer · promised \d\d:\d\d–\d\d:\d\d · try 1\/3$/).waitFor();
  await row(page, "C-2028").getByText(/^Service · promised \d\d:\d\d–\d\d:\d\d · try 2\/3 · next \d\d:\d\d · for Bo Østergaard$/).waitFor();
  await row(page, "C-2028").getByText("Overdue").waitFor();
  await row(page, "C-2033").getByText("Rings at Ida Kjær").waitFor();
  assert.equal(await row(page, "C-2033").getByRole("button", { name: /^Call now/ }).count(), 0, "it is called already");
  await page.locator(".group").first().getByText("2 on the line, 2 to call back").waitFor();
  assert.equal(await page.locator(".group dd").first().textContent(), "4");
  await end();
});

test("call now, later, another number, give, done and take back: each one request with what was said", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  const button = (name) => row(page, "C-2030").getByRole("button", { name });
  const dialog = page.getByRole("dialog");
  await button("Call Hansen later").click();
  await page.getByRole("radio", { name: "in 30 minutes" }).check();
  await dialog.getByRole("button", { name: "Call later" }).click();
  await row(page, "C-2030").getByText(/next \d\d:\d\d/).waitFor();
  assert.deepEqual(await asked("/callbacks/C-2030/later"), [{ minutes: 30 }]);

  await button("Another number for Hansen").click();
  await page.getByLabel("Phone number").fill("");
  await dialog.getByRole("button", { name: "Save the number" }).click();
  await dialog.getByText("Type a number.").waitFor();
  await page.getByLabel("Phone number").fill("+45 87 65 43 21");
  await dialog.getByRole("button", { name: "Save the number" }).click();
  await row(page, "C-2030").getByText("+45 87 65 43 21").waitFor();

  await button("Give Hansen to somebody").click();
  assert.deepEqual(await dialog.getByRole("radio").evaluateAll((all) => all.map((one) => one.value)), ["", "ida", "anna", "chen"], "only whom its calls ring, the free one first");
  await page.getByRole("radio", { name: "Ida Kjær" }).check();
  await dialog.getByRole("button", { name: "Give", exact: true }).click();
  await row(page, "C-2030").getByText(/for Ida Kjær/).waitFor();
  assert.deepEqual(await asked("/callbacks/C-2030/give"), [{ person: "ida" }]);

  await button("Take back the promise to Hansen").click();
  await dialog.getByRole("button", { name: "Take it back" }).click();
  await dialog.getByText("Choose a reason.").waitFor();
  await page.getByRole("radio", { name: "Asked for by mistake" }).check();
  await dialog.getByRole("button", { name: "Take it back" }).click();
  await gone(page, "C-2030");
  assert.deepEqual(await asked("/callbacks/C-2030/cancel"), [{ reason: "Asked for by mistake" }]);

  const other = row(page, "C-2028").getByRole("button", { name: /^Call now: Vestergaard/ });
  await other.dblclick();
  await row(page, "C-2028").getByText("Rings at Anna Berg").waitFor();
  assert.equal((await office.seen()).hits["/callbacks/C-2028/call-now"], 1, "a double click is one call");
  await row(page, "C-2033").getByRole("button", { name: /: done$/ }).click();
  await gone(page, "C-2033");
  await end();
});

test("a refusal about a promise is a sentence where it was asked", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 4/);
  await page.goto("/?lang=en#/");
  await office.set("refuse/bad_number/422");
  await row(page, "C-2030").getByRole("button", { name: "Another number for Hansen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save the number" }).click();
  await page.getByRole("dialog").getByText("This is not a number we can call.").waitFor();
  await page.keyboard.press("Escape");
  await office.set("refuse/no_phone/409");
  await row(page, "C-2030").getByRole("button", { name: "Call now: Hansen" }).click();
  await page.getByRole("alert").getByText("None of this person’s phones can be reached.").waitFor();
  await end();
});

test("after closing, the board says what keeps the office here, and when nothing does", async () => {
  await office.set("closing");
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await page.getByText("3 promises left before you can go.").waitFor();
  for (const contact of ["C-2030", "C-2028", "C-2033"]) await office.set(`reached/${contact}`);
  await page.getByText("Closed. 7 customers are still owed an answer.").waitFor();
  await page.locator(".words").getByRole("link", { name: "Show" }).click();
  await page.getByRole("heading", { name: "What we owe" }).waitFor();
  await end();
});

test("what is owed stands oldest first, the late in words, and goes by itself when the customer is reached", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/owed");
  await row(page, "C-1980").waitFor();
  const order = () => page.locator(".owed > li").evaluateAll((rows) => rows.map((one) => one.getAttribute("data-contact")));
  assert.deepEqual(await order(), ["C-1980", "C-2012", "C-2014", "C-2016", "C-2028", "C-2025", "C-2030", "M-41", "C-2031"]);
  await row(page, "C-1980").getByText("Late").waitFor();
  assert.equal(await row(page, "C-2012").getByText("Late").isVisible(), false);
  await row(page, "C-2012").getByText("Missed call · Service · called 3 times").waitFor();
  await row(page, "C-2014").getByText(/not reached after all tries$/).waitFor();
  assert.equal(await row(page, "C-2025").getByRole("button", { name: /^Call back/ }).count(), 0, "a withheld number cannot be called back");
  await page.getByRole("link", { name: "Owed 9" }).waitFor();
  assert.equal(await row(page, "M-41").getByRole("link", { name: "Answer Jensen Byg ApS" }).getAttribute("href"), "#/mail/M-41");
  await page.getByRole("button", { name: "Messages" }).click();
  assert.deepEqual(await order(), ["C-1980", "C-2031"]);
  await page.getByRole("button", { name: /^All/ }).click();
  await office.set("reached/C-2012");
  await gone(page, "C-2012");
  await page.getByRole("link", { name: "Owed 8" }).waitFor();
  await row(page, "C-2025").getByRole("button", { name: "Number withheld needs no call" }).click();
  await gone(page, "C-2025");
  assert.equal((await office.seen()).hits["/contacts/C-2025/settle"], 1);
  await end();
});

test("a message is played by the browser's own player, called back, and done", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/owed");
  const player = row(page, "C-1980").locator("audio");
  await player.evaluate((audio) => audio.play());
  await player.evaluate((audio) => audio.readyState >= 2 || new Promise((told) => audio.addEventListener("canplay", told, { once: true })));
  assert.equal(await player.evaluate((audio) => Math.round(audio.duration)), 1);
  await row(page, "C-1980").getByRole("button", { name: "Call back: Familien Lindqvist-Andersson" }).click();
  await page.getByText("Your phone rings first, then the customer’s.").waitFor();
  assert.deepEqual(await asked("/calls"), [{ from_person: "anna", to: "+45 40 50 60 70" }]);
  await row(page, "C-1980").getByRole("button", { name: /^Message of .*: done$/ }).click();
  await gone(page, "C-1980");
  await end();
});

test("nothing owed is good news, and a list that cannot be had says why and is had again", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 503/);
  await office.set("quiet");
  await page.goto("/?lang=en#/owed");
  await page.getByText("Nothing is owed. Everybody was reached.").waitFor();
  await office.set("reset");
  await office.set("broken/too_busy/503");
  await page.reload();
  await page.getByText("The box is busy right now.").waitFor();
  await office.set("broken/none/0");
  await page.getByRole("button", { name: "Try again" }).click();
  await row(page, "C-1980").waitFor();
  await end();
});

test("a call can be promised by hand", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/owed");
  await page.getByRole("button", { name: "Promise a call" }).click();
  await page.getByLabel("Phone number").fill("+45 60 60 60 60");
  await page.getByLabel("Group").selectOption("service");
  await page.getByRole("button", { name: "Promise it" }).click();
  await page.getByText("The call is promised.").waitFor();
  await row(page, "C-2060").waitFor();
  assert.deepEqual(await asked("/callbacks"), [{ number: "+45 60 60 60 60", group: "service" }]);
  await end();
});

test("hours: the week, the closed days ahead, closed until by hand and ended again", async () => {
  const { page, end, forgive } = await office.page();
  await page.goto("/?lang=en#/hours");
  await page.getByRole("cell", { name: /08:00–12:00\s*12:30–17:00/ }).waitFor();
  await page.getByRole("cell", { name: "Day and night" }).first().waitFor();
  await page.getByText("1. juledag").waitFor();
  await page.getByRole("button", { name: "Close now until …" }).click();
  await page.getByRole("radio", { name: "Service" }).check();
  await page.getByRole("button", { name: "2 hours" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  await page.getByText(/^Service: closed until .*, whatever the hours say\.$/).waitFor();
  const [body] = await asked("/hours/override");
  assert.equal(body.group, "service");
  assert.equal(body.open, false);
  assert.match(body.until, /^\d{4}-\d\d-\d\dT\d\d:\d\d$/, "always with an end");
  await page.getByRole("link", { name: "Right now" }).click();
  await page.locator(".words").getByText(/^Service: closed until/).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "End it now" }).click();
  await page.getByText("The week’s hours hold again.").waitFor();
  forgive(/status of 422/);
  await office.set("refuse/bad_time/422");
  await page.getByRole("button", { name: "Open now until …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("dialog").getByText("This time cannot be used").waitFor();
  await end();
});

test("what happens if someone calls now, or on Saturday at two", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/hours");
  await page.getByRole("button", { name: "Now?" }).click();
  await page.locator(".answer").getByText("The caller hears the welcome.").waitFor();
  await page.getByRole("button", { name: "Saturday 14:00?" }).click();
  await page.locator(".answer h3").getByText(/Sat.*14:00/).waitFor();
  await page.locator(".answer").getByText(/Outside the opening hours · opens/).waitFor();
  assert.match(await page.getByLabel("Another time").inputValue(), /T14:00$/);
  await end();
});

test("prompts: by language, found, played, replaced by a recording of one's own, and back", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/prompts");
  const one = (name) => page.locator(`[data-prompt="${name}"]`);
  await one("welcome").getByText("Your own", { exact: true }).waitFor();
  await one("front-menu").getByText("Your own", { exact: true }).waitFor();
  await page.getByLabel("Search").fill("plads");
  assert.equal(await page.locator("[data-prompt]").count(), 1);
  await page.getByLabel("Search").fill("nothing of the kind");
  await page.getByText("No sentence has these words.").waitFor();
  await page.getByLabel("Search").fill("");
  const play = one("welcome").getByRole("button", { name: /^Play: Velkommen/ });
  await play.click();
  await page.waitForFunction(() => document.querySelector('[data-prompt="welcome"] button')?.getAttribute("aria-pressed") === "false");
  await one("please-wait").locator("input[type=file]").setInputFiles({ name: "own.wav", mimeType: "audio/wav", buffer: Buffer.alloc(2000) });
  await page.getByText("Your recording is heard from the next call on.").waitFor();
  await one("please-wait").getByText("Your own", { exact: true }).waitFor();
  assert.deepEqual(await asked("/prompts/da/please-wait"), [2000]);
  await one("welcome").getByRole("button", { name: /^Back to the shipped one/ }).click();
  await one("welcome").getByText("Shipped", { exact: true }).waitFor();
  await page.getByLabel("Language", { exact: true }).last().selectOption("en");
  await one("welcome").getByText("Welcome. You will be connected shortly.").waitFor();
  await end();
});

test("a recording that cannot be used is refused with the reason", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 422/);
  await page.goto("/?lang=en#/prompts");
  await office.set("refuse/prompt.compressed/422");
  await page.locator('[data-prompt="welcome"] input[type=file]').setInputFiles({ name: "own.wav", mimeType: "audio/wav", buffer: Buffer.alloc(20) });
  await page.getByText("The sound in this WAV file is compressed").waitFor();
  await end();
});

test("the TV shows promises with their times and no whole number", async () => {
  const { page, end } = await office.page({ width: 1920, height: 1080 });
  await page.goto("/tv?lang=en");
  await page.locator(".tv-window").getByText(/^\d\d:\d\d–\d\d:\d\d$/).first().waitFor();
  await page.getByRole("img", { name: "3 on the line, 3 to call back" }).getByText("3 + 3 ↩").waitFor();
  assert.doesNotMatch(await page.locator(".tv section").innerText(), /\+?\d[\d ]{7,}\d/);
  await end();
});

test("the dialogs of these pages pass axe", async () => {
  const { page, end } = await office.page({ reducedMotion: "reduce" });
  const cases = [["/?lang=da#/", "[data-contact='C-2030'] [data-action='later']"], ["/?lang=da#/", "[data-contact='C-2030'] [data-action='number']"], ["/?lang=da#/", "[data-contact='C-2030'] [data-action='give']"], ["/?lang=da#/", "[data-contact='C-2030'] [data-action='cancel']"], ["/?lang=da#/owed", ".page-head button"], ["/?lang=da#/hours", ".buttons.start button"]];
  for (const [path, opener] of cases) {
    await page.goto(path);
    await page.locator(opener).first().click();
    await page.getByRole("dialog").waitFor();
    await assertAccessible(page, opener);
    await page.keyboard.press("Escape");
  }
  await end();
});

test("what a power cut broke off is said as it was", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/owed");
  await row(page, "C-2016").getByText(/cut while talking: done, or call again/).waitFor();
  await end();
});

test("messages that are done are fetched when somebody asks for them, and can be heard again", async () => {
  const { page, end, forgive } = await office.page();
  forgive(/status of 503/);
  await page.goto("/?lang=en#/owed");
  await row(page, "C-2016").waitFor();
  await office.set("broken/busy_box/503");
  const summary = page.getByText("Messages that are done", { exact: true });
  await summary.press("Enter");
  await page.locator(".done-messages").getByRole("alert").waitFor();
  await office.set("broken/none/0");
  await page.locator(".done-messages").getByRole("button", { name: "Try again" }).click();
  const message = page.locator("[data-message='C-1950']");
  await message.getByText(/done .* · Bo Østergaard$/).waitFor();
  assert.equal(await message.locator("audio").getAttribute("src"), "/api/v1/voicemails/C-1950/audio");
  await assertAccessible(page, "done messages");
  await end();
});

test("a sentence tells how it is recorded by phone", async () => {
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/prompts");
  await page.locator("[data-prompt='welcome']").getByText("by phone: *77 101").waitFor();
  assert.doesNotMatch(await page.locator("[data-prompt='front-menu']").innerText(), /\*77/, "a menu's own is not in the list of numbers");
  await end();
});
