import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const STATIC = fileURLToPath(new URL("../../../static", import.meta.url));
const read = (name) => readFile(`${STATIC}/${name}`, "utf8");
const tokens = await read("css/tokens.css");

/** The colours in the block that a selector opens. */
function colours(selector) {
  const block = tokens.slice(tokens.indexOf(selector)).match(/\{([^{}]*)\}/)[1];
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((match) => [match[1], match[2]]));
}
const [light, dark, wished] = [":root {", ':root[data-theme="dark"] {', ':root:not([data-theme="light"]) {'].map(colours);

/** WCAG 2.2 relative luminance. */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test("dark by wish of the device and dark by choice are the same", () => assert.deepEqual(wished, dark));

test("every pair of text and ground has 4.5:1, in light and in dark", () => {
  const pairs = [];
  for (const ground of ["paper", "card", "sunk"]) for (const text of ["ink", "soft", "accent"]) pairs.push([text, ground]);
  for (const tone of ["good", "warm", "bad", "calm", "accent"]) pairs.push([tone, `${tone}-soft`], [tone, "card"], ["ink", `${tone}-soft`]);
  pairs.push(["on-accent", "accent"]);
  for (const [name, palette] of Object.entries({ light, dark })) {
    for (const [text, ground] of pairs) assert.ok(contrast(palette[text], palette[ground]) >= 4.5, `${name}: ${text} on ${ground} ${contrast(palette[text], palette[ground]).toFixed(2)}`);
    for (const ground of ["paper", "card"]) assert.ok(contrast(palette.edge, palette[ground]) >= 3, `${name}: edge on ${ground}`);
  }
});

test("shells hold no script, no style and nothing from elsewhere", async () => {
  for (const name of ["index.html", "login.html", "invite.html", "setup.html", "tv.html"]) {
    const html = await read(name);
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=|https?:|data:/i, name);
    for (const [, body] of html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) assert.equal(body, "", name);
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.match(address, /^\/a\/@build@\//, name);
      await read(address.replace("/a/@build@/", ""));
    }
  }
});

test("who has no JavaScript is told so, in every language", async () => {
  const words = await Promise.all(["index", "login", "invite", "setup", "tv"].map(async (name) => (await read(`${name}.html`)).match(/<noscript>([^]*)<\/noscript>/)?.[1]));
  assert.equal(new Set(words).size, 1);
  assert.deepEqual([...words[0].matchAll(/<p lang="([\w-]+)">[^<]*JavaScript[^<]*<\/p>/g)].map((match) => match[1]).sort(), ["da", "en", "nl", "sv", "zh-Hant"]);
});

test("JavaScript makes elements, never strings of HTML", async () => {
  const files = (await readdir(`${STATIC}/js`, { recursive: true })).filter((name) => name.endsWith(".js"));
  for (const name of files) assert.doesNotMatch(await read(`js/${name}`), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|\.style\b|"style"/, name);
});

test("every icon asked for by name is drawn", async () => {
  const drawn = new Set([...(await read("icons/sprite.svg")).matchAll(/<symbol id="([^"]+)"/g)].map((match) => match[1]));
  const files = (await readdir(`${STATIC}/js`, { recursive: true })).filter((name) => name.endsWith(".js"));
  const asked = (await Promise.all(files.map((name) => read(`js/${name}`)))).flatMap((text) => [...text.matchAll(/\bicon\("([\w-]+)"/g)].map((match) => match[1]));
  const states = ["available", "ringing", "talking", "wrap_up", "paused", "phone_offline", "off", "held", "inbound", "outbound", "internal", "answered", "abandoned_short", "abandoned", "callback_requested", "voicemail", "overflowed", "after_hours", "rejected", "failed_technical", "unreached"];
  assert.deepEqual([...asked, ...states].filter((name) => !drawn.has(name)), []);
});

test("Chinese is never slanted nor spaced out", async () => {
  const sheets = (await readdir(`${STATIC}/css`, { recursive: true })).filter((name) => name.endsWith(".css"));
  for (const name of sheets) assert.doesNotMatch(await read(`css/${name}`), /font-style:\s*italic|letter-spacing:\s*(?!var\(--tracking\)|inherit|normal)\S/, name);
  assert.match(tokens, /:lang\(zh-Hant\)[^}]*--tracking: normal/);
});
