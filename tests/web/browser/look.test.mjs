import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, assertAccessible, assertFits, openOffice } from "./office.mjs";

let office;
before(async () => (office = await openOffice()));
after(() => office.close());

/** Each page and what shows that it is there. */
const PAGES = {
  "/?lang=LL#/": "[data-contact='C-2041']",
  "/?lang=LL#/owed": ".owed > li",
  "/?lang=LL#/mail": "[data-conversation='M-41']",
  "/?lang=LL#/mail/M-41": "[data-item='I-1']",
  "/?lang=LL#/mail/consent/info": ".page .button.main",
  "/?lang=LL#/customers": "[data-customer='K-12']",
  "/?lang=LL#/customers/K-12": ".timeline li",
  "/?lang=LL#/customers/import": ".file-pick",
  "/?lang=LL#/hours": ".today",
  "/?lang=LL#/prompts": "[data-prompt]",
  "/?lang=LL#/day/2026-11-20": "[data-figure='owed']",
  "/?lang=LL#/account": "[data-person='bo']",
  "/?lang=LL#/contact/C-2002": ".story li",
  "/tv?lang=LL": ".tv-people li",
  "/login?lang=LL": "#password",
  "/invite?lang=LL#fdi_good": "#again",
  "/setup?lang=LL": "#host",
};

for (const language of LANGUAGES) {
  test(`${language}: every page passes axe, light and dark, and fits a phone`, async () => {
    const { page, end } = await office.page({ colorScheme: "light", reducedMotion: "reduce" });
    for (const [path, shown] of Object.entries(PAGES)) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(path.replace("LL", language));
      await page.locator(shown).first().waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      assert.deepEqual(await untranslated(page), [], path);
      await assertAccessible(page, `${language} light ${path}`);
      // the same elements in other colours: nothing else can be wrong with them
      await page.emulateMedia({ colorScheme: "dark" });
      await assertAccessible(page, `${language} dark ${path}`, ["color-contrast"]);
      if (path.startsWith("/tv")) continue;
      await page.setViewportSize({ width: 390, height: 844 });
      await assertFits(page, `${language} ${path}`);
      assert.deepEqual(await page.evaluate(hiddenOrOver), [], `${language} ${path}`);
    }
    await end();
  });
}

test("dialogs pass axe and are closed by the keyboard alone", async () => {
  await office.set("reset");
  const { page, end } = await office.page({ reducedMotion: "reduce" });
  await page.goto("/?lang=da#/");
  for (const opener of [page.getByRole("button", { name: "Pause …" }), page.getByRole("button", { name: "Omstil Mette Holm" }), page.getByRole("button", { name: "Skift status for Ida Kjær" })]) {
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await assertAccessible(page, "dialog");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await opener.evaluate((button) => button === document.activeElement), true);
  }
  await end();
});

test("the board is worked by keyboard alone: skip link first, every button reached, the focus seen", async () => {
  await office.set("reset");
  const { page, end } = await office.page();
  await page.goto("/?lang=en#/");
  await page.locator("[data-contact='C-2041']").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1");
  const reached = new Set();
  const wanted = await page.evaluate(() => document.querySelectorAll("main button:not([hidden])").length);
  for (let step = 0; step < wanted + 20; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const seen = element && getComputedStyle(element).outlineStyle !== "none";
      return element?.matches("main button") ? { label: element.getAttribute("aria-label") ?? element.textContent, seen } : null;
    });
    if (!at) continue;
    assert.ok(at.seen, `${at.label} shows its focus`);
    reached.add(at.label);
  }
  assert.equal(reached.size, wanted);
  await end();
});

test("the light can be chosen and is kept without a flash", async () => {
  const { page, end } = await office.page({ colorScheme: "light" });
  await page.goto("/?lang=en#/");
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Light or dark" }).click();
  await page.getByRole("button", { name: "Light", exact: true }).click();
  assert.notEqual(await ground(), light);
  await page.reload({ waitUntil: "commit" });
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await end();
});

test("the language chosen is kept", async () => {
  const { page, end } = await office.page();
  await page.goto("/#/");
  await page.getByRole("combobox").selectOption("nl");
  await page.getByRole("heading", { name: "Wachtrij" }).waitFor();
  await page.goto("/#/day/2026-11-20");
  await page.getByText("Op tijd opgenomen").first().waitFor();
  await end();
});

/** On a phone nobody hovers: buttons of rows whose word is not on them, and signs of the doors that lie over each other. */
function hiddenOrOver() {
  const isSeen = (element) => element.getClientRects().length > 0;
  const box = (element) => element.getBoundingClientRect();
  const buttons = [...document.querySelectorAll(".row .do .button")].filter(isSeen);
  const wordless = buttons.filter((button) => {
    const [of, word] = [box(button), box(button.querySelector(".word") ?? button)];
    return word.width < 12 || word.height < 12 || word.left < of.left - 1 || word.right > of.right + 1 || word.top < of.top - 1 || word.bottom > of.bottom + 1;
  });
  const signs = [...document.querySelectorAll("nav a > .icon, nav .count, nav .mentioned .icon")].filter(isSeen);
  const isOver = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
  const over = signs.filter((one, at) => signs.slice(at + 1).some((other) => isOver(box(one), box(other))));
  return [...wordless, ...over].map((element) => element.outerHTML.slice(0, 120));
}

/** Words that look like keys, or placeholders nobody filled. */
async function untranslated(page) {
  const text = await page.locator("body").innerText();
  // what has a dot in a word and is no key: host names, mail addresses, names of files
  return [...text.matchAll(/\b[a-z]+\.[a-z_]{3,}\b|\{\w+\}/g)].map((match) => match[0]).filter((word) => !/\.(example|provider|pdf)$/.test(word));
}
