import assert from "node:assert/strict";
import { test } from "node:test";
import { blankState } from "../../engine/deployment/desired.js";
import { createSelection, type SelectionOptions } from "../../engine/selection.js";
import type { ResourceState } from "../../engine/state/resource.js";

const urn = (name: string) => `urn:pulumi:dev::bed::t:t:T::${name}`;

function state(name: string, ...dependencies: string[]): ResourceState {
  return { ...blankState({ urn: urn(name), type: "t:t:T", custom: true }), dependencies: dependencies.map(urn) };
}

/** `c` needs `b`, which needs `a`; `d` needs nothing. */
const all = [state("a"), state("b", "a"), state("c", "b"), state("d")];

function included(options: SelectionOptions): string {
  const selection = createSelection(options);
  return all
    .filter((resource) => selection.includes(resource))
    .map((resource) => resource.urn.at(-1))
    .join("");
}

function deletable(options: SelectionOptions): string[] {
  const mayDelete = createSelection(options).deletable(all);
  return all.map((resource) => mayDelete(resource.urn));
}

test("Without targets and excludes everything is meant", () => {
  assert.equal(included({}), "abcd");
  assert.deepEqual(deletable({ replace: [urn("a")] }), ["yes", "yes", "yes", "yes"]);
});

test("Targets are URNs or patterns, in which only ** goes past a colon", () => {
  assert.equal(included({ targets: [urn("b")] }), "b");
  assert.equal(included({ targets: ["**::c", urn("d")] }), "cd");
  assert.equal(included({ targets: ["*::c"] }), "");
  assert.equal(included({ targets: ["urn:pulumi:*::bed::t:t:T::*"] }), "abcd");
  assert.equal(included({ targets: ["**(c|d)"] }), "", "nothing else in a pattern is special");
});

test("What depends on targets or excluded ones follows them if told so, however far away", () => {
  assert.equal(included({ targets: [urn("a")], targetDependents: true }), "abc");
  assert.equal(included({ excludes: [urn("b")] }), "acd");
  assert.equal(included({ excludes: [urn("b")], excludeDependents: true }), "ad");
});

test("The stack and providers take part in any case, but are not meant", () => {
  const selection = createSelection({ targets: [urn("a")] });
  for (const type of ["pulumi:pulumi:Stack", "pulumi:providers:pulumi-nodejs"]) {
    const implied = { ...state("s"), type };
    assert.ok(selection.includes(implied));
    assert.ok(!selection.means(implied));
  }
});

test("A target goes with what depends on it, which has to be asked for, and an excluded one keeps what it needs", () => {
  assert.deepEqual(deletable({ targets: [urn("b")] }), ["no", "yes", "unasked", "no"]);
  assert.deepEqual(deletable({ targets: [urn("b")], targetDependents: true }), ["no", "yes", "yes", "no"]);
  assert.deepEqual(deletable({ excludes: [urn("b")] }), ["no", "no", "yes", "yes"]);
});

test("Only names that are no patterns have to exist", () => {
  assert.deepEqual(createSelection({ targets: [urn("a"), "**::x"], replace: [urn("r")] }).named(), {
    all: [urn("a")],
    replaced: [urn("r")],
  });
});
