import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTestbed } from "./support/testbed.js";

/** The most things that the handler was making at once. */
function most(log: string[]): number {
  return Math.max(...log.flatMap((line) => Number(/^running (\d+)/.exec(line)?.[1] ?? 0)));
}

test("No more work runs at once than allowed", async () => {
  using bed = makeTestbed(`for (let i = 0; i < 8; i++) thing("t" + i, { work: 30 });`);
  await bed.up({ parallel: 3 });
  assert.equal(most(bed.log()), 3);
  bed.clearLog();
  assert.equal((await bed.destroy({ parallel: 1 })).result, "succeeded");
});

test("Waiting is not work", async () => {
  using bed = makeTestbed(`for (let i = 0; i < 6; i++) thing("t" + i, { company: 6 });`);
  const { events } = await bed.up({ parallel: 2 });
  assert.equal(most(bed.log()), 6);
  const progress = events.find((event) => event.kind === "progress");
  assert.match(JSON.stringify(progress), /"urn":"urn:pulumi:dev::bed::.*","message":"making t0","fraction":0.5/);
});

test("An interrupt lets what runs finish, saves it, starts nothing more and unlocks", async () => {
  using bed = makeTestbed(
    `const a = thing("a", { wait: 30000 }); thing("b", { uses: a.token }); thing("c", { work: 300 });`,
  );
  const controller = new AbortController();
  const started = Date.now();
  const interrupted = await bed.up({
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind === "progress" && event.message === "making c") controller.abort();
    },
  });
  assert.ok(Date.now() - started < 25_000, "the wait was not sat out");
  assert.equal(interrupted.result, "canceled");
  assert.ok(bed.state().named("c"));
  assert.ok(bed.state().named("a"), "a handler that heeds the signal ends its wait");
  assert.equal(bed.state().named("b"), undefined);
  assert.equal(bed.state().pending_operations, undefined);
  assert.deepEqual((await bed.preview()).resourceChanges, { same: 3, create: 1 });
});

test("What ignores an interrupt stays pending after a while, and the summary says what is left", async () => {
  using bed = makeTestbed(
    `const a = thing("a", { work: 5000 }); thing("b", { uses: a.token }); thing("c", {}, { dependsOn: a });`,
  );
  const controller = new AbortController();
  const interrupted = await bed.up({
    signal: controller.signal,
    grace: 0.2,
    onEvent: (event) => {
      if (event.kind === "progress" && event.message === "making a") controller.abort();
    },
  });
  assert.equal(interrupted.result, "canceled");
  const summary = interrupted.events.find((event) => event.kind === "summary");
  assert.deepEqual(summary?.unfinished?.pending.map(nameIn), ["a"]);
  assert.deepEqual(
    bed.state().pending_operations?.map(({ type, resource }) => [type, nameIn(resource.urn)]),
    [["creating", "a"]],
  );

  bed.program(`const a = thing("a"); thing("b", { uses: a.token }); thing("c", {}, { dependsOn: a });`);
  assert.equal((await bed.up()).result, "succeeded");
  assert.deepEqual(bed.existing(), ["a-plain", "b-plain", "c-plain"]);

  const stop = new AbortController();
  const destroyed = await bed.destroy({
    signal: stop.signal,
    parallel: 1,
    onEvent: (event) => {
      if (event.kind === "resOutputs" && event.metadata.op === "delete") stop.abort();
    },
  });
  assert.equal(destroyed.result, "canceled");
  const left = destroyed.events.find((event) => event.kind === "summary")?.unfinished;
  assert.deepEqual(left?.pending, []);
  assert.ok(left?.notStarted.map(nameIn).includes("a"), "the summary names what was not begun");
  assert.ok(bed.existing().includes("a-plain"));
});

test("A step ends when its custom timeout is over", async () => {
  using bed = makeTestbed(`thing("a", { patience: 60000 }, { customTimeouts: { create: "1s" } });`);
  const { result, failures } = await bed.up();
  assert.equal(result, "failed");
  assert.match(failures.join(), /not done within 1 s \(customTimeouts.create\): /);
  assert.deepEqual(bed.existing(), []);
});

function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
