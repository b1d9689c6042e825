import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { diffProperties } from "../../provider/diff.js";
import { UNKNOWN } from "../../provider/handler.js";
import { bridgeArgs } from "../../provider/resources/bridge.js";
import { domainArgs } from "../../provider/resources/domain.js";
import { containsUnknown, live, parse, replace } from "../../provider/schema.js";

const schema = z.strictObject({
  size: z.int().min(1).default(3),
  kind: z.enum(["a", "b"]).optional(),
  list: z.array(z.strictObject({ name: z.string(), on: z.boolean().default(false) })).default([]),
  map: z.record(z.string(), z.number()).optional(),
  inner: z.strictObject({ deep: z.strictObject({ x: z.number().default(1) }).prefault({}) }).prefault({}),
});

test("Defaults are filled in at every level", () => {
  assert.deepEqual(parse(schema, { list: [{ name: "a" }] }), {
    value: { size: 3, list: [{ name: "a", on: false }], inner: { deep: { x: 1 } } },
  });
});

test("An unknown is accepted and kept at every place", () => {
  for (const value of [
    { size: UNKNOWN },
    { kind: UNKNOWN },
    { list: UNKNOWN },
    { list: [UNKNOWN] },
    { list: [{ name: UNKNOWN, on: UNKNOWN }] },
    { map: { a: UNKNOWN } },
    { inner: UNKNOWN },
    { inner: { deep: UNKNOWN } },
    { inner: { deep: { x: UNKNOWN } } },
  ]) {
    const parsed = parse(schema, value);
    assert.ok("value" in parsed, JSON.stringify(value));
    assert.ok(containsUnknown(parsed.value), JSON.stringify(parsed.value));
  }
  assert.equal(containsUnknown({ a: [{ b: "known" }], c: null }), false);
});

test("Failures name the path, say what is wrong, and come all at once", () => {
  const parsed = parse(schema, { size: 0, kind: "c", list: [{ name: "a" }, { name: 1 }], map: { a: "x" }, extra: 1 });
  assert.ok("failures" in parsed);
  assert.deepEqual(parsed.failures.map(({ property }) => property).sort(), [
    "",
    "kind",
    "list[1].name",
    "map.a",
    "size",
  ]);
  assert.ok(parsed.failures.some(({ property, reason }) => property === "" && reason.includes('"extra"')));
  assert.ok(parsed.failures.every(({ reason }) => !reason.includes(UNKNOWN)));
});

test("Every resource names the part that is wrong", () => {
  const owner = { urn: "urn:pulumi:dev::lab::t::n", realm: "r" };
  const failuresOf = (of: z.ZodType, value: object) => {
    const parsed = parse(of, { owner, incarnation: "i", ...value });
    return "failures" in parsed ? parsed.failures.map(({ property, reason }) => `${property}: ${reason}`) : [];
  };
  assert.deepEqual(failuresOf(domainArgs, { disks: [{ name: "a b", source: { path: "x", format: "qcow2" } }] }), [
    "disks[0].name: must be letters, digits, `_` or `-`",
    "disks[0].source.path: must be an absolute path",
  ]);
  assert.deepEqual(failuresOf(domainArgs, { interfaces: [{ name: "e", mac: "01:00:00:00:00:00" }] }), [
    "interfaces[0].mac: must be a unicast address",
  ]);
  assert.deepEqual(failuresOf(bridgeArgs, { name: "a-name-of-16-char" }), [
    "name: must be a link name of at most 15 characters",
  ]);
});

test("The impact of one property is not that of another with the same schema", () => {
  const path = z.string();
  const schema = z.strictObject({ one: live(path), two: replace(path), plain: z.strictObject({ path }) });
  const impacts = diffProperties(
    schema,
    { one: "a", two: "a", plain: { path: "a" } },
    { one: "b", two: "b", plain: { path: "b" } },
  );
  assert.deepEqual(
    impacts.map(({ path: name, impact }) => [name, impact]),
    [
      ["one", "live"],
      ["two", "replace"],
      ["plain.path", "replace"],
    ],
  );
});
