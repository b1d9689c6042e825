import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTestbed } from "./support/testbed.js";

test("A replacement is made before the old one goes, after everything else", async () => {
  using bed = makeTestbed(`const a = thing("a", { kind: "x" }); thing("b", { uses: a.id });`);
  await bed.up();
  bed.clearLog();
  bed.program(`const a = thing("a", { kind: "y" }); thing("b", { uses: a.id });`);

  const planned = await bed.preview();
  assert.deepEqual(planned.steps, [
    "create-replacement a",
    "replace a",
    "update b",
    "delete-replaced a",
    "same bed-dev",
  ]);
  assert.deepEqual(planned.step("a").keys, ["kind"]);
  assert.deepEqual(planned.resourceChanges, { replace: 1, update: 1, same: 1 });

  const made = await bed.up();
  assert.deepEqual(made.steps, planned.steps);
  const verbs = bed.log().filter((line) => !line.startsWith("running"));
  assert.deepEqual(verbs, [
    "create a-y",
    "created a-y",
    "update b-plain",
    "updated b-plain",
    "delete a-x",
    "deleted a-x",
  ]);
  assert.deepEqual(bed.existing(), ["a-y", "b-plain"]);
});

test("Where the old one has to make room it goes first, and with it what cannot stay", async () => {
  const program = (kind: string) => `
    const a = thing("a", { kind: "${kind}", first: true });
    const b = thing("b", { uses: a.id, follows: true });
    thing("c", { uses: b.token, follows: true });
    thing("d", { uses: a.id });
  `;
  using bed = makeTestbed(program("x"));
  await bed.up();
  bed.clearLog();
  bed.program(program("y"));

  const planned = await bed.preview();
  const { steps, resourceChanges, failures } = await bed.up();
  assert.deepEqual(failures, []);
  assert.deepEqual(steps.slice(0, 5), [
    "delete-replaced c",
    "delete-replaced b",
    "delete-replaced a",
    "replace a",
    "create-replacement a",
  ]);
  assert.deepEqual(planned.steps.toSorted(), steps.toSorted());
  assert.deepEqual(resourceChanges, { replace: 3, update: 1, same: 1 });
  const firsts = bed.log().filter((line) => /^(delete|create) /.test(line));
  assert.deepEqual(firsts, [
    "delete c-plain",
    "delete b-plain",
    "delete a-x",
    "create a-y",
    "create b-plain",
    "create c-plain",
  ]);
  assert.ok(bed.state().resources.every((state) => !state.pendingReplacement && !state.delete));
});

test("A run that ends between deletion and creation is completed by the next one", async () => {
  using bed = makeTestbed(`thing("a", { kind: "x", first: true });`);
  await bed.up();
  bed.program(`thing("a", { kind: "y", first: true });`);
  bed.mark("failing-a");
  assert.equal((await bed.up()).result, "failed");
  assert.deepEqual(bed.existing(), []);
  assert.equal(bed.state().named("a")?.pendingReplacement, true);
  bed.mark("failing-a", false);
  bed.clearLog();
  const repaired = await bed.up();
  assert.deepEqual(repaired.steps, ["replace a", "create-replacement a", "same bed-dev"]);
  assert.deepEqual(
    bed.log().filter((line) => line.startsWith("delete")),
    [],
  );
  assert.deepEqual(bed.existing(), ["a-y"]);
});

test("An old half that could not be deleted stays in the state and is deleted by the next run", async () => {
  using bed = makeTestbed(`thing("a", { kind: "x" });`);
  await bed.up();
  bed.program(`thing("a", { kind: "y" });`);
  bed.mark("undeletable-a");
  assert.match((await bed.up()).failures.join(), /Cannot delete "a"/);
  assert.deepEqual(bed.existing(), ["a-x", "a-y"]);
  assert.equal(bed.state().resources.filter((state) => state.delete).length, 1);
  bed.mark("undeletable-a", false);
  const { steps } = await bed.up({ refresh: true });
  assert.deepEqual(steps, ["same a", "delete-replaced a", "same bed-dev"]);
  assert.deepEqual(bed.existing(), ["a-y"]);
});

test("A protected resource is not replaced", async () => {
  using bed = makeTestbed(`thing("a", { kind: "x" }, { protect: true });`);
  await bed.up();
  bed.program(`thing("a", { kind: "y" }, { protect: true });`);
  const { result, failures } = await bed.up();
  assert.equal(result, "failed");
  assert.match(failures.join(), /unable to replace resource/);
  assert.deepEqual(bed.existing(), ["a-x"]);
});
