import assert from "node:assert/strict";
import { test } from "node:test";
import { poll } from "../../../provider/wait/poll.js";

const signal = new AbortController().signal;

test("The first answer ends the asking", async () => {
  let asked = 0;
  const ask = async () => (++asked < 3 ? undefined : asked);
  assert.equal(await poll(ask, { every: 0.001, limit: 5, signal }), 3);
});

test("The limit ends it too, after one more try", async () => {
  const begin = performance.now();
  assert.equal(await poll(async () => undefined, { every: 10, limit: 0.05, signal }), undefined);
  assert.ok(performance.now() - begin < 1000);
});

test("An abort ends it at once, with its reason, also in the middle of a pause", async () => {
  const controller = new AbortController();
  const reason = new Error("interrupted by SIGINT");
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(
    poll(async () => undefined, { every: 60, limit: 60, signal: controller.signal }),
    (error) => error === reason,
  );
});

test("What the question throws is thrown", async () => {
  const ask = () => Promise.reject(new TypeError("no"));
  await assert.rejects(poll(ask, { every: 1, limit: 1, signal }), TypeError);
});
