import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { stackOutputs } from "../../engine/operations/outputs.js";
import { removeStack } from "../../engine/operations/stack-remove.js";
import { stackResources, stacks } from "../../engine/operations/stacks.js";
import { UNKNOWN } from "../../provider/handler.js";
import { makeTestbed, testEnvironment } from "./support/testbed.js";

test("A program is previewed, brought up, changed and destroyed", async () => {
  using bed = makeTestbed(`
    const a = thing("a", { size: 1 });
    thing("b", { uses: a.token });
    exports.size2 = a.size2;
    exports.secret = pulumi.secret(a.token);
  `);
  const stack = { project: bed.project, stack: "dev", env: testEnvironment(), cwd: bed.directory };

  const planned = await bed.preview();
  assert.equal(planned.result, "succeeded");
  assert.deepEqual(planned.steps.sort(), ["create a", "create b", "create bed-dev"]);
  assert.equal(planned.step("a").new?.inputs.size, 1);
  assert.equal(planned.step("b").new?.inputs.uses, UNKNOWN);
  assert.ok(planned.events.every((event) => event.kind !== "resourcePre" || event.planning));
  assert.deepEqual([planned.events.at(-2)?.kind, planned.events.at(-1)?.kind], ["summary", "cancel"]);
  assert.ok(!existsSync(join(bed.directory, ".pulumi")), "a preview writes nothing");
  assert.deepEqual(bed.existing(), []);

  const made = await bed.up();
  assert.deepEqual(made.resourceChanges, { create: 3 });
  assert.deepEqual(made.outputs, { size2: 2, secret: "[secret]" });
  assert.deepEqual(bed.existing(), ["a-plain", "b-plain"]);
  assert.equal(bed.thing("b-plain").uses, "token-of-a");
  assert.deepEqual(await stackOutputs(stack), { size2: 2, secret: "[secret]" });
  assert.deepEqual(await stackOutputs({ ...stack, showSecrets: true }), { size2: 2, secret: "token-of-a" });
  assert.deepEqual(await stacks(stack), ["dev"]);
  assert.equal((await stackResources(stack)).length, 3);

  const before = readFileSync(bed.checkpointFile, "utf8");
  bed.clearLog();
  const again = await bed.up();
  assert.deepEqual(again.resourceChanges, { same: 3 });
  assert.deepEqual(bed.log(), []);
  assert.equal(readFileSync(bed.checkpointFile, "utf8"), before, "nothing changed, nothing is written");

  bed.program(`
    const a = thing("a", { size: 5 });
    exports.size2 = a.size2;
  `);
  const change = await bed.preview();
  assert.deepEqual(change.steps, ["update a", "delete b", "same bed-dev"]);
  assert.deepEqual(change.step("a").details, [{ path: "size", impact: "live", old: 1, new: 5 }]);
  assert.deepEqual(change.step("a").diffs, ["size"]);
  const changed = await bed.up();
  assert.deepEqual(changed.resourceChanges, { update: 1, delete: 1, same: 1 });
  assert.deepEqual(bed.existing(), ["a-plain"]);
  assert.equal(bed.thing("a-plain").size, 5);

  await assert.rejects(removeStack(stack), /it still has 2 resources/);
  const destroyed = await bed.destroy();
  assert.deepEqual(destroyed.steps, ["delete a", "delete bed-dev"]);
  assert.deepEqual(bed.existing(), []);
  assert.deepEqual(bed.state().resources, []);
  assert.equal(readdirSync(join(bed.directory, ".pulumi/history/bed/dev")).length, 8);
  assert.deepEqual(readdirSync(join(bed.directory, ".pulumi/locks/organization/bed/dev")), []);
  await removeStack(stack);
  assert.deepEqual(await stacks(stack), []);
});

test("Components hold their children, and configuration reaches program and handlers", async () => {
  using bed = makeTestbed(`
    class Group extends pulumi.ComponentResource {
      constructor(name, options) {
        super("my:mod:Group", name, {}, options);
        this.inner = thing(name + "-inner", { size: 1 }, { parent: this });
        this.registerOutputs({ token: this.inner.token });
      }
    }
    const group = new Group("g", { protect: new pulumi.Config().getBoolean("guard") });
    exports.size = new pulumi.Config().requireNumber("size");
  `);
  writeFileSync(join(bed.directory, "Pulumi.dev.yaml"), "config:\n  bed:size: 7\n  bed:greeting: hello # a greeting\n");
  const made = await bed.up({ config: { guard: "true" } });
  assert.deepEqual(made.failures, []);
  assert.equal(made.outputs.size, 7);
  assert.equal(bed.thing("g-inner-plain").greeting, "hello");
  const inner = bed.state().named("g-inner");
  assert.equal(inner?.urn, "urn:pulumi:dev::bed::my:mod:Group$pulumi-nodejs:dynamic/kvm:Thing::g-inner");
  assert.equal(inner?.parent, "urn:pulumi:dev::bed::my:mod:Group::g");
  assert.equal(inner?.protect, true, "children are as their parent");
  assert.deepEqual(bed.state().named("g")?.outputs, { token: "token-of-g-inner" });
  const provider = bed.state().resources.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
  assert.deepEqual(provider?.inputs, { "bed:size": "7", "bed:greeting": "hello", "bed:guard": "true" });
  assert.match(readFileSync(join(bed.directory, "Pulumi.dev.yaml"), "utf8"), /# a greeting\nencryptionsalt: v1:/);

  const refused = await bed.destroy();
  assert.equal(refused.result, "failed");
  assert.match(refused.failures.join("\n"), /cannot be deleted\nbecause it is protected/);
  assert.deepEqual(bed.existing(), ["g-inner-plain"]);
  await bed.up();
  assert.equal((await bed.destroy()).result, "succeeded");
});

test("Options that change what happens to a resource are honoured", async () => {
  using bed = makeTestbed(`
    thing("ignored", { size: 1 });
    thing("kept", { size: 1 }, { retainOnDelete: true });
    const host = thing("host", { size: 1 });
    thing("guest", { size: 1 }, { deletedWith: host });
    thing("old", { size: 1 });
    thing("dependent", { size: 1 }, { dependsOn: host });
  `);
  await bed.up();
  bed.program(`
    thing("ignored", { size: 2 }, { ignoreChanges: ["size"] });
    thing("new", { name: "old", size: 1 }, { aliases: [{ name: "old" }] });
  `);
  bed.clearLog();
  const { steps, failures } = await bed.up();
  assert.deepEqual(failures, []);
  const expected = [
    "delete dependent",
    "delete guest",
    "delete host",
    "delete kept",
    "same bed-dev",
    "same ignored",
    "same new",
  ];
  assert.deepEqual(steps.toSorted(), expected);
  assert.ok(steps.indexOf("delete host") > steps.indexOf("delete dependent"));
  assert.deepEqual(
    bed
      .log()
      .filter((line) => line.startsWith("delete "))
      .sort(),
    ["delete dependent-plain", "delete host-plain"],
  );
  assert.deepEqual(bed.existing(), ["guest-plain", "ignored-plain", "kept-plain", "old-plain"]);
});

test("What exists already is looked up and never changed or deleted", async () => {
  using bed = makeTestbed(`
    const code = 'exports.handler = () => require("pulumi-kvm/provider").Thing';
    const found = new Thing("found", { name: "found", folder }, { id: "found-plain" });
    exports.size = found.size2;
  `);
  const absent = await bed.up();
  assert.match(absent.failures.join(), /resource 'found-plain' does not exist/);
  writeFileSync(join(bed.things, "found-plain.thing"), JSON.stringify({ name: "found", folder: bed.things, size2: 4 }));
  const made = await bed.up();
  assert.deepEqual(made.failures, []);
  assert.equal(made.outputs.size, 4);
  assert.equal(bed.state().named("found")?.external, true);
  const destroyed = await bed.destroy();
  assert.ok(destroyed.steps.includes("discard found"));
  assert.deepEqual(bed.existing(), ["found-plain"]);
});
