import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTestbed } from "./support/testbed.js";

const PROGRAM = `
  class Group extends pulumi.ComponentResource {
    constructor(name) { super("my:mod:Group", name); }
  }
  const lab = new Group("lab");
  new Group("other");
  const network = thing("network", {}, { parent: lab });
  const seed = thing("seed", { secret: pulumi.secret("hunter22") }, { parent: lab, dependsOn: network, deletedWith: network });
  thing("inner", {}, { parent: network });
  thing("guest", { uses: seed.token });
  exports.address = network.token;
`;

const keep = ({ urn }: { urn: string }) => /::(seed|inner)$/.test(urn);

test("What is kept outlives a destruction without what it was made from, and the next up makes the rest", async () => {
  using bed = makeTestbed(PROGRAM);
  await bed.up();
  const planned = await bed.destroy({ keep, dryRun: true });
  assert.deepEqual(planned.steps.toSorted(), [
    ...["delete guest", "delete network", "delete other"],
    ...["same bed-dev", "same inner", "same lab", "same seed"],
  ]);
  assert.deepEqual(bed.existing(), ["guest-plain", "inner-plain", "network-plain", "seed-plain"]);

  assert.equal((await bed.destroy({ keep })).result, "succeeded");
  assert.deepEqual(bed.existing(), ["inner-plain", "seed-plain"]);
  const state = bed.state();
  const nameOf = (urn: unknown) => String(urn).split("::").at(-1);
  assert.deepEqual(state.resources.map(({ urn }) => nameOf(urn)).sort(), [
    "bed-dev",
    "default",
    "inner",
    "lab",
    "seed",
  ]);
  assert.equal(state.named("seed")?.dependencies, undefined);
  assert.equal(state.named("seed")?.deletedWith, undefined);
  assert.equal(nameOf(state.named("inner")?.parent), "lab", "its parent went, so it belongs to the one above");
  assert.equal(state.named("bed-dev")?.outputs, undefined);

  assert.deepEqual((await bed.preview()).steps.filter((step) => !step.startsWith("same")).sort(), [
    "create guest",
    "create network",
    "create other",
  ]);
  bed.clearLog();
  await bed.up();
  assert.ok(!bed.log().some((line) => /create (seed|inner)/.test(line)));
  assert.deepEqual((await bed.up()).resourceChanges, { same: 7 });
});

test("Keeping nothing is a destruction, and protected resources end either", async () => {
  using bed = makeTestbed('thing("a"); thing("b", {}, { protect: true });');
  await bed.up();
  assert.equal((await bed.destroy({ keep: ({ urn }) => urn.endsWith("::a") })).result, "failed");
  assert.deepEqual(bed.existing(), ["a-plain", "b-plain"]);
  bed.program('thing("a"); thing("b");');
  await bed.up();
  assert.equal((await bed.destroy({ keep: () => false })).result, "succeeded");
  assert.deepEqual(bed.state().resources, []);
});
