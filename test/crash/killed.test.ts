import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  assertConverges,
  assertDestroys,
  assertPassphraseIsWhole,
  assertSucceeded,
  DESTROY,
  REFRESH,
  UP,
} from "./support/converges.js";
import { diskSeries, oneOf, type Series, stepSeries, wholeSeries } from "./support/kill-series.js";
import { runTrials, type Trial, trial } from "./support/lanes.js";
import { LARGE, SMALL } from "./support/programs.js";
import { type CrashProject, crashProject } from "./support/project.js";
import { type Random, randomOf, seedOfRun } from "./support/random.js";
import { type Scenario, scenariosOf } from "./support/scenarios.js";

const isLong = process.env.PULUMI_KVM_LONG === "1";
const random = randomOf(seedOfRun());
console.log(`PULUMI_KVM_SEED=${random.seed}`);

const large = scenariosOf(LARGE);
const small = scenariosOf(SMALL);
after(() => Promise.all([large[Symbol.asyncDispose](), small[Symbol.asyncDispose]()]));

const ALL = ["before", "middle", "after"] as const;

test("a run that dies around any step is completed by the next one", async () => {
  const { firstUp, changingUp, resumedUp, refresh, destroy } = large;
  await runTrials(
    trialsOf(
      [
        ...stepSeries(firstUp, "create", [...ALL], 26),
        ...stepSeries(changingUp, "create", [...ALL], 10),
        ...stepSeries(changingUp, "update", [...ALL], 10),
        ...stepSeries(changingUp, "delete", [...ALL], 10),
        ...stepSeries(resumedUp, "find", ["before", "after"], 6),
        ...stepSeries(refresh, "read", ["before"], 26),
        ...stepSeries(destroy, "delete", [...ALL], 26),
      ],
      3,
    ),
  );
});

test("a run that dies around any of its own writes, or within one, is completed by the next one", async () => {
  const { changingUp, resumedUp, refresh, destroy } = small;
  const firstUp: Scenario = {
    ...small.firstUp,
    async recovers(project) {
      await assertConverges(project);
      assertPassphraseIsWhole(project);
    },
  };
  await runTrials(
    trialsOf(
      [
        ...diskSeries(firstUp, 36, { isBeginning: true }),
        ...diskSeries(changingUp, 60),
        ...diskSeries(resumedUp, 40, { isBeginning: true }),
        ...diskSeries(refresh, 25),
        ...diskSeries(destroy, 45),
      ],
      4,
    ),
  );
});

test("a run that is killed at random instants, several times over, is completed by the next one", async () => {
  const trials = Array.from({ length: isLong ? 60 : 2 }, (_, index) => {
    const choice = randomOf(random.seed + index);
    const scenario = choice.pick([large.firstUp, large.changingUp, large.changingUp, large.refresh]);
    return trial(`${scenario.name}, PULUMI_KVM_SEED=${choice.seed}`, async () => {
      using project = await scenario.project();
      await killAtRandom(project, scenario.args, choice);
      for (let more = choice.between(0, isLong ? 6 : 2); more > 0; more -= 1) {
        await killAtRandom(project, choice.pick([UP, UP, REFRESH, DESTROY]), choice);
      }
      await assertConverges(project);
    });
  });
  await runTrials(trials);
});

test("a destroy right after a killed up leaves nothing", async () => {
  const recovers = assertDestroys;
  const { firstUp, changingUp } = large;
  await runTrials(
    trialsOf(
      [
        ...stepSeries({ ...firstUp, recovers }, "create", ["middle", "after"], 26),
        ...stepSeries({ ...changingUp, recovers }, "create", ["middle"], 10),
        ...stepSeries({ ...changingUp, recovers }, "delete", ["middle"], 10),
      ],
      2,
    ),
  );
});

test("a creation that is interrupted twice is completed once", async () => {
  const phases = ["before", "middle"] as const;
  const twice = phases.flatMap((first) => phases.map((second) => ({ first, second })));
  await runTrials(
    twice.map(({ first, second }) =>
      trial(`killed ${first} it, then ${second}`, async () => {
        using project = crashProject([{ name: "a" }], { quick: true });
        await project.run(UP, { step: `create:1:${first}` });
        await project.run(UP, { step: `create:1:${second}` });
        await assertConverges(project);
      }),
    ),
  );
});

test("half-written files of a killed run are gone after the next one", async () => {
  // The lock, which the Pulumi CLI would count as somebody's; the state; an entry of the history.
  const kills = [1, 3, 4].map((at) => trial(`killed before rename ${at}`, () => assertNoLitter(at)));
  await runTrials(kills);
});

async function assertNoLitter(at: number): Promise<void> {
  using project = await small.changingUp.project();
  await project.run(UP, { disk: { at, do: "kill", only: ["rename"] } });
  const halfWritten = () => project.stateFiles().filter((file) => file.endsWith(".tmp"));
  assert.notDeepEqual(halfWritten(), [], "the kill left something");
  assertSucceeded("The next up", await project.run(UP));
  assert.deepEqual(halfWritten(), [], "the next up removed it");
}

/** All of them in the long run, longest first; else a few, others each time. */
function trialsOf(series: Series[], sample: number): Trial[] {
  if (isLong) return series.sort((a, b) => b.roughly - a.roughly).map(wholeSeries);
  return Array.from({ length: sample }, () => oneOf(random.pick(series), random));
}

async function killAtRandom(project: CrashProject, args: string[], choice: Random): Promise<void> {
  const milliseconds = choice.between(0, args === UP ? 1500 : 600);
  const run = project.start(args);
  await Promise.race([run.says(/^(Updating|Refreshing|Destroying) /m), run.ended]);
  await Promise.race([sleep(milliseconds), run.ended]);
  run.process.kill("SIGKILL");
  await run.ended;
}
