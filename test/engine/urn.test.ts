import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createUrn, formatUrn, packageOf, parseUrn, rootUrn } from "../../engine/urn.js";

const root = rootUrn("dev", "bed");

test("The root stack adds nothing to the types of its children, components do", () => {
  const component = createUrn({ stack: "dev", project: "bed", parent: root, type: "my:mod:Comp", name: "c" });
  assert.equal(component, "urn:pulumi:dev::bed::my:mod:Comp::c");
  const child = createUrn({ stack: "dev", project: "bed", parent: component, type: "a:b:C", name: "x" });
  assert.equal(child, "urn:pulumi:dev::bed::my:mod:Comp$a:b:C::x");
});

test("Every name survives, also with colons", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const parts = { stack: "dev", project: "bed", qualifiedType: "a:b:C$d:e:F", name };
      assert.deepEqual(parseUrn(formatUrn(parts)), parts);
    }),
  );
});

test("What is not a URN is refused", () => {
  assert.throws(() => parseUrn("urn:pulumi:dev::bed::a:b:C"), SyntaxError);
  assert.throws(() => parseUrn("web1"), SyntaxError);
});

test("A type names its package, a provider's type the package it provides", () => {
  assert.equal(packageOf("pulumi-nodejs:dynamic/kvm:Domain"), "pulumi-nodejs");
  assert.equal(packageOf("pulumi:providers:command"), "command");
});
