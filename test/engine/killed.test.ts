import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stackPaths } from "../../engine/state/layout.js";
import { loadState } from "../../engine/state/store.js";
import { makeTestbed, type Testbed, testEnvironment } from "./support/testbed.js";

/** Runs `up` in a process of its own and kills it once the handler has noted `line`. */
async function killWhen(bed: Testbed, line: string): Promise<void> {
  const script = join(bed.directory, "run-up.mts");
  const engine = new URL("../../engine/", import.meta.url);
  writeFileSync(
    script,
    `import { loadProject } from "${new URL("project.js", engine)}";
     import { up } from "${new URL("operations/up.js", engine)}";
     await up({ project: loadProject(import.meta.dirname), stack: "dev", cwd: import.meta.dirname });`,
  );
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script], {
    env: testEnvironment(),
    stdio: "inherit",
  });
  const exited = once(child, "exit");
  for (let waited = 0; !bed.log().includes(line); waited += 20) {
    assert.ok(waited < 20_000 && child.exitCode === null, `The handler never came to "${line}"`);
    await sleep(20);
  }
  child.kill("SIGKILL");
  await exited;
}

test("After kill -9 in the middle of a create the next run takes the lock over and completes it", async () => {
  using bed = makeTestbed(`const a = thing("a"); thing("b", { uses: a.token, work: 20000 });`);
  await killWhen(bed, "create b-plain");
  const { checkpoint } = await loadState(stackPaths(bed.directory, "bed", "dev"));
  assert.ok(checkpoint?.resources.some(({ urn }) => urn.endsWith("::a")));
  assert.deepEqual(
    checkpoint?.pendingOperations.map(({ type, resource }) => [type, resource.urn.split("::").at(-1)]),
    [["creating", "b"]],
  );
  assert.equal(bed.state().named("a"), undefined, "so far only the journal has it");

  bed.program(`const a = thing("a"); thing("b", { uses: a.token });`);
  const completed = await bed.up();
  assert.equal(completed.result, "succeeded");
  assert.ok(completed.messages.some((message) => message.startsWith("Took over the stack from a run that died")));
  assert.ok(completed.messages.some((message) => /::b, interrupted while creating/.test(message)));
  assert.equal(completed.step("b").reason, "interrupted");
  assert.deepEqual(completed.resourceChanges, { same: 2, create: 1 });
  assert.equal(bed.state().pending_operations, undefined, "the interrupted creation is forgotten once it succeeded");
});

test("What a killed run made without noting it is deleted by a destroy, and when nobody declares it any more", async () => {
  const program = `const a = thing("a"); thing("b", { uses: a.token, linger: 20000 });`;
  using bed = makeTestbed(program);
  await killWhen(bed, "created b-plain");
  assert.deepEqual(bed.existing(), ["a-plain", "b-plain"]);
  const destroyed = await bed.destroy();
  assert.equal(destroyed.result, "succeeded");
  assert.deepEqual(bed.existing(), []);
  assert.equal(bed.state().pending_operations, undefined);

  bed.clearLog();
  await killWhen(bed, "created b-plain");
  bed.program(`thing("a");`);
  const planned = await bed.preview();
  assert.deepEqual(planned.resourceChanges, { same: 2, delete: 1 });
  assert.equal((await bed.up()).result, "succeeded");
  assert.deepEqual(bed.existing(), ["a-plain"]);
});

test("What a killed run made and is still declared is completed, not made again", async () => {
  using bed = makeTestbed(`thing("a", { size: 1, linger: 20000 });`);
  await killWhen(bed, "created a-plain");
  const { serial } = bed.thing("a-plain");
  bed.program(`thing("a", { size: 1 });`);
  const completed = await bed.up();
  assert.equal(completed.step("a").reason, "interrupted");
  assert.deepEqual(completed.resourceChanges, { same: 1, update: 1 });
  assert.equal(bed.thing("a-plain").serial, serial);
  assert.deepEqual((await bed.preview()).resourceChanges, { same: 2 });
});
