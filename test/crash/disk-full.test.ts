import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertSucceeded, UP } from "./support/converges.js";
import { runTrials, type Trial, trial } from "./support/lanes.js";
import { SMALL } from "./support/programs.js";
import type { DiskFault } from "./support/project.js";
import { randomOf, seedOfRun } from "./support/random.js";
import { type Scenario, scenariosOf } from "./support/scenarios.js";

const isLong = process.env.PULUMI_KVM_LONG === "1";
const random = randomOf(seedOfRun());
console.log(`PULUMI_KVM_SEED=${random.seed}`);

const scenarios = scenariosOf(SMALL);
after(() => scenarios[Symbol.asyncDispose]());

/** What a disk does from some call on, and about how many calls an operation has of that kind. */
interface Trouble {
  name: string;
  fault: Omit<DiskFault & { do: "fail" }, "at">;
  roughly: number;
}

const FULL: Trouble = { name: "is full", fault: { do: "fail", code: "ENOSPC", only: ["write"] }, roughly: 12 };
const NO_RENAME: Trouble = { name: "fails renames", fault: { do: "fail", code: "EIO", only: ["rename"] }, roughly: 5 };
const ONE_SYNC: Trouble = {
  name: "fails a sync",
  fault: { do: "fail", code: "EIO", only: ["sync"], once: true },
  roughly: 12,
};

test("a run whose disk gets full, or fails, says so and loses nothing", async () => {
  const { firstUp, changingUp, refresh, destroy } = scenarios;
  const cases = [firstUp, changingUp, refresh, destroy].flatMap((scenario) =>
    [FULL, NO_RENAME, ONE_SYNC].map((trouble) => ({ scenario, trouble })),
  );
  const chosen = Array.from({ length: 3 }, () => random.pick(cases));
  await runTrials(
    isLong
      ? cases.map(({ scenario, trouble }) => everyMoment(scenario, trouble))
      : chosen.map(({ scenario, trouble }) => oneMoment(scenario, trouble, random.between(1, trouble.roughly))),
  );
});

test("a folder that cannot be written to stops a run before it does anything", async () => {
  using project = await scenarios.changingUp.project();
  const before = project.things();
  const { code, output } = await project.run(UP, { disk: { at: 1, do: "fail", code: "EROFS" } });
  assert.equal(code, 1, output);
  assert.match(output, /EROFS/);
  assert.doesNotMatch(output, STACK_TRACE);
  assert.deepEqual(project.things(), before, "nothing was made");
  assertSucceeded("A preview of what cannot be written", await project.run(["preview"], { disk: READ_ONLY }));
  await scenarios.changingUp.recovers(project);
});

const READ_ONLY: DiskFault = { at: 1, do: "fail", code: "EROFS" };
const STACK_TRACE = /^ +at .+:\d+:\d+\)?$/m;

function everyMoment(scenario: Scenario, trouble: Trouble): Trial {
  return {
    name: `${scenario.name} on a disk that ${trouble.name}`,
    async run(report) {
      let failed = true;
      for (let number = 1; failed; number += 1) {
        assert.ok(number < 500, "the operation never came to its end");
        const attempt = trial(`${scenario.name} on a disk that ${trouble.name} from call ${number} on`, async () => {
          failed = await attemptAt(scenario, trouble, number);
        });
        await attempt.run(report);
      }
    },
  };
}

function oneMoment(scenario: Scenario, trouble: Trouble, number: number): Trial {
  const name = `${scenario.name} on a disk that ${trouble.name} from call ${number} on`;
  return trial(name, () => attemptAt(scenario, trouble, number));
}

/** @returns whether the operation failed */
async function attemptAt(scenario: Scenario, { fault }: Trouble, at: number): Promise<boolean> {
  using project = await scenario.project();
  const { code, signal, output } = await project.run(scenario.args, { disk: { ...fault, at } });
  if (code !== 0) {
    assert.equal(code, 1, `it ended with ${signal ?? code}:\n${output}`);
    assert.match(output, new RegExp(fault.code), "it says what is wrong");
    assert.doesNotMatch(output, STACK_TRACE, "it says so to a user");
    assertSucceeded("A preview of what is left", await project.run(["preview"]));
  }
  await scenario.recovers(project).catch((error: Error) => {
    throw new Error(`${error.message}\nThe run on the bad disk had said:\n${output}`);
  });
  return code !== 0;
}
