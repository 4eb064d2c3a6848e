import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LANGUAGES, choose, speaker, voice } from "../../../static/js/lib/i18n.js";

const STATIC = fileURLToPath(new URL("../../../static", import.meta.url));
const catalogues = Object.fromEntries(await Promise.all(Object.keys(LANGUAGES).map(async (language) => [language, JSON.parse(await readFile(`${STATIC}/i18n/${language}.json`, "utf8"))])));
/** Plural forms a language needs, of the ones it may have for whole numbers. */
const forms = (language) => new Set([0, 1, 2, 3, 5, 11, 21, 100, 101].map((n) => new Intl.PluralRules(language).select(n)));
/** Keys with several forms are those that English has in the singular. */
const plurals = new Set(Object.keys(catalogues.en).filter((key) => key.endsWith(".one")).map((key) => key.slice(0, -".one".length)));
const stem = (key) => {
  const short = key.replace(/\.(one|two|few|many|other)$/, "");
  return plurals.has(short) ? short : key;
};
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

for (const language of Object.keys(LANGUAGES)) {
  test(`${language} has every word, its plural forms and its placeholders`, () => {
    const [mine, english] = [catalogues[language], catalogues.en];
    assert.deepEqual([...new Set(Object.keys(mine).map(stem))].sort(), [...new Set(Object.keys(english).map(stem))].sort());
    for (const [key, text] of Object.entries(mine)) {
      assert.ok(text.trim(), `${key} is empty`);
      assert.deepEqual(names(text), names(english[key] ?? english[`${stem(key)}.other`]), key);
    }
    for (const key of Object.keys(mine).filter((one) => stem(one) !== one)) {
      for (const form of forms(language)) assert.ok(`${stem(key)}.${form}` in mine, `${stem(key)}.${form}`);
    }
    assert.deepEqual(Object.keys(mine), Object.keys(mine).toSorted(), "sorted by key");
  });
}

test("no language borrows another's sentences", () => {
  const sentence = (text) => (text.replace(/\{\w+\}/g, "").match(/\p{L}{3,}/gu) ?? []).length > 1;
  for (const language of Object.keys(LANGUAGES).filter((one) => one !== "en")) {
    const same = Object.entries(catalogues[language]).filter(([key, text]) => text === catalogues.en[key] && sentence(text));
    assert.deepEqual(same, [], language);
  }
});

test("every key is used, and every key used exists", async () => {
  const files = (await readdir(`${STATIC}/js`, { recursive: true })).filter((name) => name.endsWith(".js"));
  const source = (await Promise.all(files.map((name) => readFile(`${STATIC}/js/${name}`, "utf8")))).join("\n");
  const known = [...new Set(Object.keys(catalogues.en).map(stem))];
  const literal = [...source.matchAll(/\b(?:t|has|sentence)\("([a-z0-9_]+\.[a-z0-9_]+)"/g)].map((match) => match[1]);
  assert.deepEqual(literal.filter((key) => !known.includes(key)), [], "used but not there");
  const built = [...source.matchAll(/`([a-z]+\.[a-z_]*)\$\{/g)].map((match) => match[1]);
  const named = new Set([...source.matchAll(/["`]([a-z]+\.[a-z0-9_]+)["`]/g)].map((match) => match[1]));
  const unused = known.filter((key) => !named.has(key) && !named.has(key.replace(/_help$/, "")) && !built.some((start) => key.startsWith(start)));
  assert.deepEqual(unused, [], "there but never used");
});

test("plural forms are chosen by the language", () => {
  const t = speaker("en", { "calls.one": "{n} call", "calls.other": "{n} calls" });
  assert.equal(t("calls", { n: 1 }), "1 call");
  assert.equal(t("calls", { n: 0 }), "0 calls");
  assert.equal(t("calls", { n: 1200 }), "1,200 calls");
  assert.equal(speaker("zh-Hant", { "calls.other": "{n} 通" })("calls", { n: 1 }), "1 通");
});

test("a filled-in name is text: placeholders and replacement marks in it stay as they are", () => {
  const t = speaker("en", { hello: "Hello {name}, {place}" });
  assert.equal(t("hello", { name: "{place} $& $1", place: 2 }), "Hello {place} $& $1, 2");
  assert.equal(t("nowhere"), "nowhere");
});

test("the nearest language is chosen", () => {
  const cases = [[["da-DK"], "da"], [["zh-TW"], "zh-Hant"], [["zh-Hant-HK"], "zh-Hant"], [["zh-CN", "sv"], "sv"], [["nb-NO"], "da"], [["fr", "nl-BE"], "nl"], [[null, ""], "en"], [["xx"], "en"]];
  for (const [wishes, language] of cases) assert.equal(choose(wishes), language, String(wishes));
});

test("days and times are the office's, not the browser's", () => {
  const there = voice("da", catalogues.da, "Pacific/Auckland");
  assert.equal(there.dateOf("2026-11-20T11:30:00Z"), "2026-11-21");
  assert.equal(voice("en", catalogues.en, "Europe/Copenhagen").time("2026-07-01T12:05:00Z"), "14:05");
  assert.equal(voice("en", catalogues.en, "Europe/Copenhagen").time("2026-12-31T23:05:00Z"), "00:05");
});

test("lengths are written with the largest unit that matters", () => {
  const { length } = voice("en", catalogues.en, "UTC");
  assert.deepEqual([0, 15_400, 60_000, 80_000, 3_720_000].map(length), ["0 s", "15 s", "1 min", "1 min 20 s", "1 h 2 min"]);
});

test("names are sorted as the language sorts them", () => {
  const sort = (language) => ["Ø", "Z", "Å", "A", "Ö"].toSorted(voice(language, catalogues[language]).compare).join("");
  assert.equal(sort("sv"), "AZÅÖØ");
  assert.equal(sort("en")[0], "A");
});
