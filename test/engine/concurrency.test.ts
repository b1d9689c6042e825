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
