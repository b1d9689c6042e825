import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { shownProject } from "./shown/program.js";
import { liveEmbedded, livePulumi, pulumi, STAGES, type Stage, type Stream } from "./shown/stages.js";

// One line for each stage.
const file = join(import.meta.dirname, "shown/pulumi.jsonl");
const found = spawnSync("pulumi", ["version"], { encoding: "utf8" });
const records = process.env.RECORD_PULUMI === "1";

test("Every stage of a stack's life is told in the words of the Pulumi CLI", async (t) => {
  using project = shownProject();
  const expected = recorded();
  assert.deepEqual(Object.keys(expected), STAGES);
  for (const stage of STAGES) {
    const live = await liveEmbedded(project, stage);
    await t.test(stage, () => {
      assert.deepEqual(live.digest, expected[stage].digest);
      assert.deepEqual(live.events, expected[stage].events);
    });
  }
});

// With RECORD_PULUMI=1 all stages run, and what the CLI writes becomes what is expected.
test("The recorded words are those of the Pulumi CLI at hand", {
  skip: found.status === 0 ? false : "the Pulumi CLI is not on PATH",
}, () => {
  using project = shownProject();
  pulumi(project, "stack", "init");
  const stages = records ? STAGES : STAGES.slice(0, 1);
  const live = stages.map((stage) => ({ stage, ...livePulumi(project, stage) }));
  if (records) writeFileSync(file, live.map((line) => `${JSON.stringify(line)}\n`).join(""));
  for (const { stage, ...stream } of live) assert.deepEqual(stream, recorded()[stage]);
});

function recorded(): Record<Stage, Stream> {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const streams = lines.map((line) => JSON.parse(line) as Stream & { stage: Stage });
  return Object.fromEntries(streams.map(({ stage, ...stream }) => [stage, stream])) as Record<Stage, Stream>;
}
