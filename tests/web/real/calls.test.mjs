/** Real calls, and what the board does with them: the caller and the phones are `sip.mjs`, the rest is the program. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { launch, newPage } from "../browser/office.mjs";
import { NUMBER, openHouse } from "./house.mjs";

let browser, house;
before(async () => ([browser, house] = await Promise.all([launch(), openHouse()])));
after(async () => {
  await browser?.close();
  await house?.close();
});

async function board(person, password) {
  const opened = await newPage(browser, house.url, { loggedIn: false });
  opened.forgive(/status of 401/);
  await opened.page.goto("/login?lang=en");
  await opened.page.fill("#person", person);
  await opened.page.fill("#password", password);
  await opened.page.getByRole("button", { name: "Log in" }).click();
  await opened.page.locator(".group").first().waitFor();
  return opened;
}
const rings = async (phone) => (await once(phone, "call", { signal: AbortSignal.timeout(10_000) }))[0];
const callIs = (page, state) => page.locator("li[data-contact] .badge", { hasText: state }).waitFor();
const calm = (page) => page.getByText("No calls right now.").waitFor();

test("a call is answered, held, parked, fetched, sent on and ended from the board", async () => {
  const { anna, bo } = house.phones;
  const { page, end } = await board("anna", "correct horse");
  const press = (action) => page.locator(`li[data-contact] [data-action="${action}"]:visible`).click();
  const both = Promise.all([rings(anna), rings(bo)]);
  const outside = house.provider.call(NUMBER, "+4520304050");
  const [atAnna] = await both;
  await callIs(page, "Ringing");
  await page.getByText("+45 20 30 40 50").first().waitFor();
  atAnna.answer();
  await outside.reach("talking");
  await callIs(page, "Talking");
  await press("hold");
  await callIs(page, "On hold");
  await press("resume");
  await callIs(page, "Talking");
  await press("park");
  await page.getByText("Parked in place").waitFor();
  await atAnna.reach("over");
  const back = rings(anna);
  await page.getByRole("button", { name: /^Fetch/ }).click();
  (await back).answer();
  await callIs(page, "Talking");
  const onward = rings(bo);
  await press("transfer");
  await page.locator("dialog").getByText("Bo Lund").click();
  await page.locator("dialog").getByText("Send straight on").click();
  await page.locator("dialog").getByRole("button", { name: "Transfer" }).click();
  (await onward).answer();
  await page.locator("li[data-contact]", { hasText: "Bo Lund" }).waitFor();
  await callIs(page, "Talking");
  await press("hangup");
  await outside.reach("over");
  await calm(page);
  await end();
});

test("a caller who gives up leaves the board", async () => {
  const { anna } = house.phones;
  const { page, end } = await board("anna", "correct horse");
  const first = rings(anna);
  const outside = house.provider.call(NUMBER, "+4520304051");
  await first;
  await callIs(page, "Ringing");
  outside.hangUp();
  await calm(page);
  await end();
});

test("click to dial rings one's own phone first and then the number", async () => {
  const { page, end } = await board("anna", "correct horse");
  const { anna } = house.phones;
  const [mine, theirs] = [rings(anna), rings(house.provider)];
  const answered = page.evaluate(async () => (await fetch("/api/v1/calls", { method: "POST", headers: { "content-type": "application/json" }, body: '{"from_person":"anna","to":"+4520304052"}' })).status);
  (await mine).answer();
  const outside = await theirs;
  outside.answer();
  assert.equal(await answered, 200);
  await callIs(page, "Talking");
  outside.hangUp();
  await calm(page);
  await end();
});

test("the figures of the day, the list behind them and the board agree", async () => {
  const { page, end } = await board("anna", "correct horse");
  const [day, list, picture] = await page.evaluate(async () => Promise.all(["reports/day", "contacts", "board"].map(async (path) => (await fetch(`/api/v1/${path}`)).json())));
  const figure = (id) => day.figures.find((one) => one.id === id);
  const inbound = list.items.filter((contact) => contact.kind === "inbound");
  assert.equal(list.items.length, 3);
  assert.deepEqual(new Set(figure("offered").contacts), new Set(inbound.filter((contact) => contact.outcome !== "abandoned_short").map((contact) => contact.id)));
  assert.equal(picture.groups[0].answered_today, inbound.filter((contact) => contact.outcome === "answered").length);
  assert.equal(picture.groups[0].abandoned_today, inbound.filter((contact) => contact.outcome === "abandoned").length);
  assert.equal(picture.groups[0].service_level_today, figure("service_level").value);
  const answered = inbound.find((contact) => contact.outcome === "answered");
  await page.goto(`/?lang=en#/contact/${answered.id}`);
  for (const sentence of ["Anna Berg answered.", "Anna Berg put the call on hold.", "transferred the call to Bo Lund."]) await page.getByText(sentence).first().waitFor();
  await end();
});

test("a colleague sees the same board, but may not end a call that is not his", async () => {
  const { anna } = house.phones;
  const { page, forgive, end } = await board("bo", "battery staple");
  forgive(/status of 403/);
  const ringing = rings(anna);
  const outside = house.provider.call(NUMBER, "+4520304053");
  (await ringing).answer();
  await callIs(page, "Talking");
  assert.equal(await page.locator('li[data-contact] [data-action="hangup"]:visible').count(), 0);
  const id = await page.locator("li[data-contact]").first().getAttribute("data-contact");
  assert.equal(await page.evaluate(async (id) => (await fetch(`/api/v1/calls/${id}/hangup`, { method: "POST" })).status, id), 403);
  outside.hangUp();
  await calm(page);
  await end();
});
