/**
 * A browser in front of an office. Every page opened here fails its test on a CSP violation, an error in the
 * console or an exception, whoever caused it.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { start } from "../mock.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const LANGUAGES = ["en", "da", "nl", "sv", "zh-Hant"];

/** Starts a mock office and a browser; `close` ends both. */
export async function openOffice() {
  const mock = await start();
  const browser = await launch();
  return {
    url: mock.url,
    /** Sets the mock's state: `await office.set("refuse/last_person/409")`. */
    set: async (state) => assert.equal((await fetch(`${mock.url}/mock/${state}`, { method: "POST" })).status, 204, state),
    seen: async () => (await fetch(`${mock.url}/mock/state`, { method: "POST" })).json(),
    page: (options) => newPage(browser, mock.url, options),
    async close() {
      await browser.close();
      mock.close();
    },
  };
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });

/**
 * A page of its own context. `loggedIn: false` for the doors.
 * @returns {Promise<{ page: import("playwright-core").Page, end: () => Promise<void>, forgive: (text: RegExp) => void }>}
 */
export async function newPage(browser, url, { loggedIn = true, width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, baseURL: url, locale: "en-GB", timezoneId: "Europe/Copenhagen", ignoreHTTPSErrors: true, ...options });
  if (loggedIn) await context.addCookies([{ name: "session", value: "anna", url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  /** A refusal the test asked for is written to the console by the browser itself. */
  const forgiven = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(`console: ${message.text()}`));
  await page.addInitScript(() => addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
  return {
    page,
    forgive: (text) => forgiven.push(text),
    async end() {
      await context.close();
      assert.deepEqual(faults.filter((fault) => !forgiven.some((text) => text.test(fault))), []);
    },
  };
}

/** WCAG 2.2 A and AA, and axe's best practices; or those rules alone. */
export async function assertAccessible(page, where, rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { preload: false, runOnly }), rules);
  const told = violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.html.slice(0, 160)} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 200)})`).join(" | ")}`);
  assert.deepEqual(told, [], where);
}

/** Nothing is wider than the screen. */
export async function assertFits(page, where) {
  const [inner, scroll] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `${where}: ${scroll} px on a screen of ${inner}`);
}
