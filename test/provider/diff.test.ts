import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { diffProperties } from "../../provider/diff.js";
import { type Properties, UNKNOWN } from "../../provider/handler.js";
import { live, noImpact, replace, restart } from "../../provider/schema.js";

const schema = z.strictObject({
  name: replace(z.string()),
  memory: restart(z.int().optional()),
  grace: noImpact(z.number()),
  nics: live(
    z.array(z.strictObject({ name: z.string(), mac: z.string(), hint: noImpact(z.string()) })).optional(),
    "name",
  ),
  tags: live(z.array(z.string()).optional(), ""),
  plain: live(z.array(z.string()).optional()),
  nested: replace(z.strictObject({ a: z.int(), b: live(z.int()) }).optional()),
});

function diff(old: Properties, wanted: Properties): Record<string, string> {
  return Object.fromEntries(diffProperties(schema, old, wanted).map(({ path, impact }) => [path, impact]));
}

test("Equal things, and what has no impact, do not differ", () => {
  assert.deepEqual(diff({ name: "a", nested: { a: 1, b: 2 } }, { name: "a", nested: { b: 2, a: 1 } }), {});
  assert.deepEqual(
    diff({ grace: 1, nics: [{ name: "e", hint: "x" }] }, { grace: 2, nics: [{ name: "e", hint: "y" }] }),
    {},
  );
});

test("Lists with a key are compared by it, whatever their order", () => {
  const [a, b] = [
    { name: "a", mac: "1" },
    { name: "b", mac: "2" },
  ];
  assert.deepEqual(diff({ nics: [a, b] }, { nics: [b, a] }), {});
  assert.deepEqual(
    diff(
      { nics: [a, b] },
      {
        nics: [
          { ...b, mac: "3" },
          { name: "c", mac: "4" },
        ],
      },
    ),
    {
      'nics["a"]': "live",
      'nics["b"].mac': "live",
      'nics["c"]': "live",
    },
  );
  assert.deepEqual(diff({ tags: ["x", "y"] }, { tags: ["y", "x"] }), {});
  assert.deepEqual(diff({ plain: ["x", "y"] }, { plain: ["y", "x"] }), { plain: "live" });
});

test("Members have their own impact, or that of what they are in", () => {
  assert.deepEqual(diff({ nested: { a: 1, b: 1 } }, { nested: { a: 2, b: 2 } }), {
    "nested.a": "replace",
    "nested.b": "live",
  });
  assert.deepEqual(diff({ memory: 1 }, {}), { memory: "restart" });
  assert.deepEqual(diff({}, { nested: { a: 1, b: 1 } }), { nested: "replace" });
});

test("An unknown may turn out to be equal: it updates, and never replaces or restarts", () => {
  assert.deepEqual(diff({ name: "a", memory: 1 }, { name: UNKNOWN, memory: UNKNOWN }), {
    name: "live",
    memory: "live",
  });
  assert.deepEqual(diff({ nested: { a: 1, b: 1 } }, { nested: { a: UNKNOWN, b: 1 } }), { "nested.a": "live" });
  assert.deepEqual(diff({ nested: { a: 1, b: 1 } }, { nested: UNKNOWN }), { nested: "live" });
});
