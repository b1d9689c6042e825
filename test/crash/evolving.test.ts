import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertConverges, DESTROY, REFRESH, UP } from "./support/converges.js";
import { evolved, randomProgram } from "./support/evolving.js";
import { runTrials, trial } from "./support/lanes.js";
import { type CrashProject, crashProject, type Ended } from "./support/project.js";
import { type Random, randomOf, seedOfRun } from "./support/random.js";

const isLong = process.env.PULUMI_KVM_LONG === "1";
const seed = seedOfRun();
console.log(`PULUMI_KVM_SEED=${seed}`);

test("programs that evolve while their runs die and fail are as declared after one clean up", () =>
  evolveMany("after a clean up"));

test("the same when resources go before their interrupted creation was repeated", () => evolveMany("always"));

/** When resources go: only when the state knows all that exists, or at any time. */
type Forgets = "after a clean up" | "always";

async function evolveMany(forgets: Forgets): Promise<void> {
  const trials = Array.from({ length: isLong ? 20 : 1 }, (_, index) => {
    const random = randomOf(seed + index);
    return trial(`PULUMI_KVM_SEED=${random.seed}`, () => evolve(random, forgets));
  });
  await runTrials(trials);
}

async function evolve(random: Random, forgets: Forgets): Promise<void> {
  using project = crashProject(randomProgram(random));
  const history: string[] = [];
  try {
    for (let count = random.between(4, 6); count > 0; count -= 1) {
      const { what, clean } = await operate(project, random);
      history.push(what);
      project.declare(evolved(project.declared, random, { forgets: forgets === "always" || clean }));
    }
    await assertConverges(project);
  } catch (error) {
    const program = JSON.stringify(project.declared);
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${history.join("\n\n")}\n\n${program}`);
  }
}

interface Operated {
  what: string;
  /** Whether it was an `up` that came to a good end. */
  clean: boolean;
}

/** One operation, which mostly ends badly. */
async function operate(project: CrashProject, random: Random): Promise<Operated> {
  const args = random.pick([UP, UP, UP, UP, UP, REFRESH, DESTROY]);
  if (args !== DESTROY && random.chance(0.3)) meddle(project, random);
  const number = random.between(1, 12);
  const verb = random.pick(["create", "create", "update", "delete", "check", "read"]);
  const phase = random.pick(["before", "middle", "after"]);
  const trouble = random.pick(["none", "step", "step", "disk", "tear", "powercut", "full", "fail", "instant"] as const);
  const what = `${args[0]} with trouble: ${trouble}`;
  switch (trouble) {
    case "none":
      return told(what, await project.run(args));
    case "step":
      return told(
        `${what} ${verb} ${number} ${phase}`,
        await project.run(args, { step: `${verb}:${number}:${phase}` }),
      );
    case "disk":
      return told(what, await project.run(args, { disk: { at: random.between(1, 60), do: "kill" } }));
    case "tear":
      return told(what, await project.run(args, { disk: { at: number, do: "tear", only: ["write"] } }));
    case "powercut":
      return told(what, await project.run(args, { disk: { at: number, do: "powercut", only: ["sync"] } }));
    case "full":
      return told(what, await project.run(args, { disk: { at: number, do: "fail", code: "ENOSPC", only: ["write"] } }));
    case "fail": {
      const { name } = random.pick(project.declared);
      project.mark(`failing-${name}`);
      const ended = await project.run(args);
      project.mark(`failing-${name}`, false);
      return told(`${what} of ${name}`, ended);
    }
    case "instant": {
      const run = project.start(args);
      await Promise.race([sleep(random.between(300, 2500)), run.ended]);
      run.process.kill("SIGKILL");
      return told(what, await run.ended);
    }
  }
}

function told(what: string, { code, signal, output }: Ended): Operated {
  return { what: `${what}: ended with ${signal ?? code}\n${output}`, clean: what.startsWith("up") && code === 0 };
}

/** Somebody changes or removes a thing by hand. */
function meddle(project: CrashProject, random: Random): void {
  const things = project.things();
  if (things.length === 0) return;
  const { name } = random.pick(things);
  if (random.chance(0.5)) project.lose(name);
  else project.change(name, { size: 1000 });
}
