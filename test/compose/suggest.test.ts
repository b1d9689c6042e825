import assert from "node:assert/strict";
import { test } from "node:test";
import { closest, distance } from "../../compose/suggest.js";

test("counts inserted, dropped, changed and swapped letters", () => {
  assert.equal(distance("bridge", "bridge"), 0);
  assert.equal(distance("bridge", "bride"), 1);
  assert.equal(distance("bride", "bridge"), 1);
  assert.equal(distance("bridge", "fridge"), 1);
  assert.equal(distance("bridge", "brigde"), 1);
  assert.equal(distance("", "abc"), 3);
});

test("suggests what is near or begins so, and nothing else", () => {
  const known = ["cpus", "memory_mb", "libvirt_type"];
  assert.equal(closest("cpu", known), "cpus");
  assert.equal(closest("libvrit_type", known), "libvirt_type");
  assert.equal(closest("memory", known), "memory_mb");
  assert.equal(closest("disk", known), undefined);
  assert.equal(closest("x".repeat(1_000_000), known), undefined);
});
