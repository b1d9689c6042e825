import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTestbed } from "./support/testbed.js";

test("A preview shows what drifted and what vanished without touching anything, and up repairs it", async () => {
  const program = `const a = thing("a", { size: 1 }); thing("b", { uses: a.serial }); thing("c", { size: 3 });`;
  using bed = makeTestbed(program, { refresh: "always" });
  await bed.up();
  bed.change("a-plain", { size: 9 });
  bed.lose("c-plain");
  const before = JSON.stringify(bed.state());

  const drift = await bed.preview();
  assert.deepEqual(drift.steps.toSorted(), ["create c", "same b", "same bed-dev", "update a"]);
  assert.deepEqual(drift.step("a").details, [{ path: "size", impact: "live", old: 9, new: 1 }]);
  assert.equal(drift.step("c").reason, "gone");
  assert.equal(JSON.stringify(bed.state()), before);
  assert.equal(bed.thing("a-plain").size, 9);
  const blind = await bed.preview({ refresh: false });
  assert.deepEqual(blind.resourceChanges, { same: 4 });

  const repaired = await bed.up();
  assert.deepEqual(repaired.resourceChanges, { update: 1, create: 1, same: 2 });
  assert.equal(bed.thing("a-plain").size, 1);
  assert.deepEqual(bed.existing(), ["a-plain", "b-plain", "c-plain"]);
});

test("Refresh makes the state what is, and forgets what is gone", async () => {
  using bed = makeTestbed(`
    const a = thing("a", { size: 1 });
    thing("b", { uses: a.token });
    thing("c", {}, { parent: a });
    thing("d", { size: 1 });
  `);
  await bed.up();
  bed.lose("a-plain");
  bed.change("d-plain", { size: 4 });

  const shown = await bed.refresh({ dryRun: true });
  assert.deepEqual(shown.resourceChanges, { delete: 1, update: 1, same: 3 });
  assert.deepEqual(shown.step("d").details, [{ path: "size", impact: "live", old: 1, new: 4 }]);
  assert.ok(bed.state().named("a"));

  const done = await bed.refresh();
  assert.deepEqual(done.resourceChanges, { delete: 1, update: 1, same: 3 });
  const state = bed.state();
  assert.equal(state.named("a"), undefined);
  assert.deepEqual(state.named("b")?.dependencies, undefined);
  assert.equal(state.named("c")?.parent, undefined, "a child of what is gone has no parent");
  assert.equal(state.inputs("d").size, 4);
});

test("What cannot be read is reported, the rest is shown, and nothing is changed", async () => {
  using bed = makeTestbed(`thing("a", { size: 1 }); thing("b", { size: 1 }); thing("c", { size: 1 });`, {
    refresh: "always",
  });
  await bed.up();
  bed.mark("unreachable-a");
  bed.mark("unreachable-b");
  bed.change("c-plain", { size: 2 });

  const shown = await bed.preview();
  assert.equal(shown.result, "failed");
  assert.deepEqual(shown.failures.map((text) => /Cannot reach the host of "(.)"/.exec(text)?.[1]).sort(), ["a", "b"]);
  assert.ok(shown.steps.includes("update c"));
  assert.equal(shown.events.filter((event) => event.kind === "resOpFailed").length, 2);

  bed.clearLog();
  const refused = await bed.up();
  assert.equal(refused.result, "failed");
  assert.equal(refused.failures.length, 2);
  assert.deepEqual(bed.log(), []);
  assert.equal((await bed.up({ refresh: false })).result, "succeeded");
});
