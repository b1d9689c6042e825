import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { up } from "../../engine/operations/up.js";
import { bareProject } from "../../engine/project.js";
import { makeTestbed, testEnvironment } from "./support/testbed.js";

test("A failed create leaves no entry, what ran beside it is recorded, and the next run makes the rest", async () => {
  using bed = makeTestbed(`
    const a = thing("a", { wait: 200 });
    const b = thing("b");
    thing("c", { uses: b.token });
  `);
  bed.mark("failing-b");
  const failed = await bed.up();
  assert.equal(failed.result, "failed");
  assert.equal(failed.failures.length, 1);
  assert.match(failed.failures[0] ?? "", /::b: Cannot make "b": told to fail/);
  assert.ok(
    !failed.messages.some((message) => /failed to register/.test(message)),
    "the program says nothing of its own",
  );
  assert.deepEqual([bed.state().named("b"), bed.state().named("c")], [undefined, undefined]);
  assert.ok(bed.state().named("a"), "what was under way is finished and saved");
  assert.equal(bed.state().pending_operations, undefined);

  bed.mark("failing-b", false);
  assert.deepEqual((await bed.up()).resourceChanges, { create: 2, same: 2 });
});

test("With the wish to go on, only what depends on a failure is left out", async () => {
  using bed = makeTestbed(
    `thing("gone"); const b = thing("b", { size: 1 }); thing("c", { uses: b.token }); thing("d", { size: 1 });`,
  );
  await bed.up();
  bed.mark("failing-b");
  bed.program(`const b = thing("b", { size: 2 }); thing("c", { uses: b.token, size: 2 }); thing("d", { size: 2 });`);
  const { result, failures, steps } = await bed.up({ continueOnError: true });
  assert.equal(result, "failed");
  assert.equal(failures.length, 1);
  assert.deepEqual(steps, ["update d", "delete gone", "same bed-dev"]);
  assert.equal(bed.state().inputs("b").size, 1, "a failed update leaves the old state");
  assert.equal(bed.thing("c-plain").size, undefined);
});

test("What was created but is not healthy is kept and repaired by the next run", async () => {
  using bed = makeTestbed(`thing("a", { size: 1 }); exports.x = 1;`);
  bed.mark("unhealthy-a");
  const failed = await bed.up();
  assert.equal(failed.result, "failed");
  assert.ok(failed.events.some((event) => event.kind === "resOpFailed" && event.status === "partial"));
  assert.deepEqual(bed.state().named("a")?.initErrors, ['"a" never answered']);
  assert.equal(bed.state().named("a")?.id, "a-plain");
  assert.ok(bed.state().outputs("a").__provider);

  bed.mark("unhealthy-a", false);
  const planned = await bed.preview({ refresh: true });
  assert.deepEqual([planned.step("a").op, planned.step("a").reason], ["update", "unhealthy"]);
  assert.deepEqual((await bed.up({ refresh: true })).resourceChanges, { update: 1, same: 1 });
  assert.equal(bed.state().named("a")?.initErrors, undefined);
  assert.deepEqual((await bed.up()).resourceChanges, { same: 2 });

  bed.mark("unhealthy-a");
  bed.program(`thing("a", { size: 2 });`);
  await bed.up();
  const kept = bed.state().named("a") as { inputs: { size: number }; outputs: { size: number } };
  assert.deepEqual([kept.inputs.size, kept.outputs.size], [1, 2], "the old inputs stay after an unhealthy update");
  bed.mark("unhealthy-a", false);
  assert.equal((await bed.destroy()).result, "succeeded");
});

test("A preview collects every invalid resource", async () => {
  using bed = makeTestbed(
    `const a = thing("a", { invalid: true }); thing("b", { invalid: true }); thing("c"); thing("d", { uses: a.token });`,
  );
  const { result, failures, steps } = await bed.preview();
  assert.equal(result, "failed");
  assert.deepEqual(
    failures
      .map((text) => /resource '(.)' has a problem: it must not be set. Examine values at '(.*)'/.exec(text)?.[2])
      .sort(),
    ["a.invalid", "b.invalid"],
  );
  assert.deepEqual(steps.toSorted(), ["create bed-dev", "create c"]);
});

test("A program that fails deletes nothing, and says why once", async () => {
  using bed = makeTestbed(`thing("a"); thing("b");`);
  await bed.up();
  bed.program(`thing("a"); console.log("so far"); throw new Error("the program is broken");`);
  const failed = await bed.up();
  assert.equal(failed.result, "failed");
  assert.deepEqual(bed.existing(), ["a-plain", "b-plain"]);
  assert.equal(failed.messages.filter((message) => message.includes("the program is broken")).length, 1);
  assert.ok(
    failed.events.some(
      (event) => event.kind === "diagnostic" && event.severity === "info" && event.message === "so far",
    ),
  );
  bed.program(`thing("a"); process.exit(3);`);
  assert.match((await bed.up()).failures.join(), /Program exited with non-zero exit code: 3/);
});

test("What the engine cannot do is refused by name", async () => {
  using bed = makeTestbed(`thing("a", {}, { import: "x" });`);
  const run = async (program: string) => {
    bed.program(program);
    return (await bed.up()).failures.join("\n");
  };
  assert.match(await run(`thing("a", {}, { import: "x" });`), /"a" .*does not support the option import/);
  assert.match(
    await run(`new pulumi.CustomResource("command:local:Command", "c", {});`),
    /::c".*package "command" is a Pulumi plugin/,
  );
  assert.match(await run(`new pulumi.ProviderResource("kvm", "p", {});`), /does not support explicit providers/);
  assert.match(
    await run(`thing("a", {}, { transforms: [() => undefined] });`),
    /"a" .*the embedded engine does not support transforms/,
  );
  assert.match(
    await run(`pulumi.runtime.registerResourceTransform(() => undefined); thing("a");`),
    /the embedded engine does not support transforms/,
  );
  assert.match(
    await run(`new pulumi.ResourceHook("h", () => {}); thing("a");`),
    /the embedded engine does not support resource hooks/,
  );
  assert.match(
    await run(`thing("b", {}, { replaceWith: [thing("a")] });`),
    /"b" .*does not support the option replaceWith/,
  );
  assert.match(await run(`pulumi.runtime.invoke("aws:x:y", {}).catch(() => {});`), /Cannot call function "aws:x:y"/);
  assert.match(await run(`thing("a"); thing("a");`), /Duplicate resource URN '.*::a'; try giving it a unique name/);
});

test("A bare folder with a program of the caller's needs no project file and gets no stack file", async () => {
  using bed = makeTestbed(`thing("a", { size: 1 });`);
  const root = join(bed.directory, "things");
  const project = bareProject({ name: "yaml", root, entry: join(bed.directory, "index.js") });
  const env: NodeJS.ProcessEnv = { ...testEnvironment(), PULUMI_HOME: join(bed.directory, "nothing") };
  delete env.PULUMI_CONFIG_PASSPHRASE;
  const messages: string[] = [];
  const options = { project: { ...project, programDirectory: bed.directory }, stack: "dev", env, cwd: root };
  const { failures } = await up({
    ...options,
    onEvent: (event) => event.kind === "diagnostic" && messages.push(event.message),
  });
  assert.deepEqual(failures, []);
  assert.ok(messages.some((message) => /encrypted with a new passphrase in .*\.pulumi\/passphrase/.test(message)));
  assert.deepEqual((await up(options)).resourceChanges, { same: 2 });
  writeFileSync(join(root, ".pulumi/stacks/yaml/dev.json"), "{}");
  await assert.rejects(up(options), /Cannot read ".*dev.json": it is not a valid checkpoint/);
});

test("A program that waits for what never comes fails, and nothing is deleted for want of being registered", async () => {
  using bed = makeTestbed(`thing("a"); thing("b");`);
  await bed.up();
  bed.program(`thing("a"); thing("b", { size: new Promise(() => {}) });`);
  const { result, failures, messages } = await bed.up();
  assert.equal(result, "failed");
  assert.match([...failures, ...messages].join("\n"), /promises were still active/);
  assert.ok(bed.state().named("b"), "what was not registered is still there");
});

test("After a failure the program's complaints about being stopped are not shown", async () => {
  using bed = makeTestbed(`
    const a = thing("a");
    for (let n = 0; n < 20; n += 1) thing("c" + n, { uses: a.token });
  `);
  bed.mark("failing-a");
  const { failures, events } = await bed.up();
  assert.equal(failures.length, 1);
  const errors = events.filter((event) => event.kind === "diagnostic" && event.severity === "error");
  assert.equal(errors.length, 1, JSON.stringify(errors));
});
