import assert from "node:assert/strict";
import { test } from "node:test";
import { deletionBlockers, dependentsOf, inputsDuringReplacement, mustFollow } from "../../engine/dependents.js";
import { blankState } from "../../engine/deployment/desired.js";
import { applyIgnoreChanges, parsePropertyPath } from "../../engine/ignore-changes.js";
import { changedKeys, decide, plannedOutputs, type Situation } from "../../engine/planner.js";
import type { ResourceState } from "../../engine/state/resource.js";
import { UNKNOWN } from "../../provider/handler.js";

function state(urn: string, fields: Partial<ResourceState> = {}): ResourceState {
  return { ...blankState({ urn, type: "t:t:T", custom: true }), id: urn, ...fields };
}

function situation(fields: Partial<Situation>): Situation {
  const blank = { old: state("a"), inputs: {}, diff: undefined, deletedFirst: undefined };
  return { ...blank, deleteBeforeReplace: undefined, ...fields };
}

const differs = { changes: true, replaces: [], deleteBeforeReplace: false };
const replaces = { ...differs, replaces: ["kind"] };

test("What is not in the state is created", () => {
  assert.deepEqual(decide(situation({ old: undefined })), { kind: "create" });
});

test("Without a difference nothing is done, unless the thing was left unhealthy", () => {
  const same = { changes: false, replaces: [], deleteBeforeReplace: false };
  assert.deepEqual(decide(situation({ diff: same })), { kind: "same" });
  assert.deepEqual(decide(situation({ diff: same, old: state("a", { initErrors: ["slow"] }) })), { kind: "update" });
});

test("Keys that force a replacement count only if something changed", () => {
  assert.deepEqual(decide(situation({ diff: { ...replaces, changes: false } })), { kind: "same" });
  assert.deepEqual(decide(situation({ diff: replaces })), { kind: "replace", keys: ["kind"], first: "create" });
});

test("A provider that does not know is helped by comparing inputs", () => {
  const unknown = { ...differs, changes: undefined };
  const old = state("a", { inputs: { size: 1 } });
  assert.deepEqual(decide(situation({ old, diff: unknown, inputs: { size: 1 } })), { kind: "same" });
  assert.deepEqual(decide(situation({ old, diff: unknown, inputs: { size: 2 } })), { kind: "update" });
});

test("The program's word on the order of a replacement counts more than the provider's", () => {
  const first = { ...replaces, deleteBeforeReplace: true };
  assert.deepEqual(decide(situation({ diff: first })), { kind: "replace", keys: ["kind"], first: "delete" });
  const decision = decide(situation({ diff: first, deleteBeforeReplace: false }));
  assert.deepEqual(decision, { kind: "replace", keys: ["kind"], first: "create" });
});

test("What was deleted to make room is made anew, in this run or a later one", () => {
  assert.deepEqual(decide(situation({ deletedFirst: ["net"] })), { kind: "recreate", keys: ["net"] });
  assert.deepEqual(decide(situation({ old: state("a", { pendingReplacement: true }) })), {
    kind: "recreate",
    keys: [],
  });
});

test("A preview knows what an unchanged resource answered, and only what is declared of the others", () => {
  const known = { old: state("a", { outputs: { size: 1, token: "t" } }), inputs: { size: 2 } };
  assert.deepEqual(plannedOutputs({ kind: "same" }, known), { size: 1, token: "t" });
  assert.deepEqual(plannedOutputs({ kind: "update" }, known), { size: 2 });
  assert.deepEqual(plannedOutputs({ kind: "replace", keys: [], first: "create" }, known), { size: 2 });
});

test("The provider's code is not among the changed keys", () => {
  assert.deepEqual(changedKeys({ a: 1, b: 1, __provider: "x" }, { b: 2, c: 3, __provider: "y" }).sort(), [
    "a",
    "b",
    "c",
  ]);
});

test("Dependents are found through other dependents, in the order of the state", () => {
  const all = [
    state("a"),
    state("b", { dependencies: ["a"] }),
    state("x"),
    state("c", { propertyDependencies: { p: ["b"] } }),
  ];
  assert.deepEqual(
    dependentsOf(all[0] as ResourceState, all).map(({ urn }) => urn),
    ["b", "c"],
  );
});

test("Inputs that come from what is being replaced are unknown meanwhile", () => {
  const dependent = state("b", { inputs: { net: "n", size: 1 }, propertyDependencies: { net: ["a"], size: [] } });
  assert.deepEqual(inputsDuringReplacement(dependent, new Set(["a"])), { net: UNKNOWN, size: 1 });
  assert.equal(inputsDuringReplacement(dependent, new Set(["z"])), undefined);
  assert.ok(mustFollow(state("c", { deletedWith: "a" }), new Set(["a"])));
});

test("Everything is deleted after what depends on it", () => {
  const [a, b, c] = [state("a"), state("b", { dependencies: ["a"] }), state("c", { parent: "a", dependencies: ["b"] })];
  const blockers = deletionBlockers([a, b, c]);
  assert.deepEqual(blockers.get(a), [b, c]);
  assert.deepEqual(blockers.get(b), [c]);
  assert.deepEqual(blockers.get(c), []);
});

test("Property paths may quote, index and use stars", () => {
  assert.deepEqual(parsePropertyPath('a.b[0]["c.d"].*'), ["a", "b", "0", "c.d", "*"]);
});

test("Ignored properties are what they were", () => {
  const old = { size: 1, tags: { a: 1, b: 2 }, list: [{ x: 1 }, { x: 2 }] };
  const wanted = { size: 2, tags: { a: 9 }, list: [{ x: 8 }, { x: 9 }], note: "n" };
  const { inputs, remarks } = applyIgnoreChanges(old, wanted, ["size", "tags.b", "list[*].x", "note"]);
  assert.deepEqual(inputs, { size: 1, tags: { a: 9, b: 2 }, list: [{ x: 1 }, { x: 2 }] });
  assert.deepEqual(remarks, []);
});

test("Changes of elements that were added cannot be ignored, which is remarked on", () => {
  const { inputs, remarks } = applyIgnoreChanges({ list: [1] }, { list: [1, 2] }, ["list[1]"]);
  assert.deepEqual(inputs, { list: [1, 2] });
  assert.match(remarks[0] ?? "", /cannot ignore changes in added or removed elements/);
});
