import assert from "node:assert/strict";
import type { Step, Story } from "../story.js";
import type { Engine } from "./engines.js";
import { historyOf, type Observation, observe } from "./observe.js";
import { makeWorld, type World } from "./world.js";

export interface Telling {
  /** The handler is in the foreign package. */
  foreign?: boolean;
  /** Is told after each step what it left behind; steps count from 1. */
  onStep?: (world: World, steps: number) => void;
}

/** Tells a story to an engine: what each step came to. */
export async function tell(story: Story, engine: Engine, telling: Telling = {}): Promise<Observation[]> {
  using world = makeWorld({ options: story.options });
  await engine.prepare(world);
  return await tellIn(world, engine, story.steps, telling);
}

/** Tells steps in a world where others may have been told before. */
export async function tellIn(
  world: World,
  engine: Engine,
  steps: Step[],
  { foreign = false, onStep }: Telling = {},
): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.only === undefined || step.only === engine.name) {
      const observed = await perform(world, engine, step, { foreign, number: index + 1 });
      if (step.only === undefined) observations.push(observed);
    }
    onStep?.(world, index + 1);
  }
  return observations;
}

async function perform(
  world: World,
  engine: Engine,
  step: Step,
  { foreign, number }: { foreign: boolean; number: number },
): Promise<Observation> {
  if (step.program !== undefined) world.program(step.program);
  await step.before?.(world);
  world.clearLog();
  const history = historyOf(world).length;
  const env = { ...(foreign ? { THINGS_PACKAGE: "foreign-things" } : {}), ...step.env };
  const { exitCode = -1, output } = await engine.run(world, step.args, { env, interrupt: step.interrupt });
  const isPreview = step.args[0] === "preview";
  const observed = await observe(world, { exitCode, output, history, isPreview });
  if (step.anyOrder === true) observed.calls.sort();
  const where = `${engine.name}, step ${number} (${step.args.join(" ")})`;
  const does = observed.calls.map((call) => call.split(" ").slice(0, 2).join(" ")).join(", ");
  const told = { exit: step.interrupt?.how === "kill" ? -1 : step.exit, does: step.does };
  assert.deepEqual({ exit: exitCode, does }, told, `${where} printed:\n${output}`);
  if (step.says !== undefined) assert.match(output, step.says, where);
  step.leaves?.(observed);
  return observed;
}
