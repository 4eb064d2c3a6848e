import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../static/js/lib/store.js";

test("a watcher hears its part at once, then only when it changes, then no more", () => {
  const store = createStore({ a: 1, b: "x" });
  const heard = [];
  const stop = store.watch((state) => state.a, (a) => heard.push(a));
  store.set({ b: "y" });
  store.set({ a: 2 });
  store.set({ a: 2 });
  stop();
  store.set({ a: 3 });
  assert.deepEqual(heard, [1, 2]);
  assert.deepEqual(store.now(), { a: 3, b: "y" });
});

test("a watcher may stop itself while being told", () => {
  const store = createStore({ a: 1 });
  const heard = [];
  const stop = store.watch((state) => state.a, (a) => {
    heard.push(a);
    if (a === 2) stop();
  });
  store.set({ a: 2 });
  store.set({ a: 3 });
  assert.deepEqual(heard, [1, 2]);
});
