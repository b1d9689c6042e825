import type { Trial } from "./lanes.js";
import type { RunOptions } from "./project.js";
import type { Random } from "./random.js";
import type { Scenario } from "./scenarios.js";

/** Moments of one kind in one operation: the first, the second, and so on until the operation comes to its end. */
export interface Series {
  scenario: Scenario;
  /** `%` stands for the number. */
  name: string;
  at(number: number): RunOptions;
  /** About how many there are, for samples. */
  roughly: number;
  /** The last one of interest; later ones are the same in every operation. */
  last?: number;
}

/** The moments around what the handler does. `middle` is when it is done and the engine has not heard of it. */
export function stepSeries(
  scenario: Scenario,
  verb: "check" | "create" | "update" | "delete" | "read" | "find",
  phases: ("before" | "middle" | "after")[],
  roughly: number,
): Series[] {
  return phases.map((phase) => ({
    scenario,
    name: `${phase === "middle" ? "in the middle of" : phase} ${verb} %`,
    at: (number) => ({ step: `${verb}:${number}:${phase}` }),
    roughly,
  }));
}

/**
 * The moments around and within the engine's own writing.
 * @param roughly how many calls there are
 * @param options.isBeginning whether there are more, which other operations have as well
 */
export function diskSeries(scenario: Scenario, roughly: number, { isBeginning = false } = {}): Series[] {
  const some = Math.ceil(roughly / 4);
  const series: Series[] = [
    { scenario, name: "before file call %", at: (at) => ({ disk: { at, do: "kill" } }), roughly },
    { scenario, name: "within write %", at: (at) => ({ disk: { at, do: "tear", only: ["write"] } }), roughly: some },
    {
      scenario,
      name: "by a loss of power before sync %",
      at: (at) => ({ disk: { at, do: "powercut", only: ["sync"] } }),
      roughly: some,
    },
  ];
  return isBeginning ? series.map((each) => ({ ...each, last: each.roughly })) : series;
}

/** Kills at every moment of a series, each time from the beginning. */
export function wholeSeries(series: Series): Trial {
  return {
    name: nameOf(series, "every one"),
    async run(report) {
      for (let number = 1; number <= LIMIT; number += 1) {
        const { killed, error } = await killAt(series, number);
        if (error !== undefined) report(nameOf(series, number), error);
        if (!killed || number === series.last) return;
      }
      throw new Error(`There are more than ${LIMIT} moments: the operation never ended`);
    },
  };
}

const LIMIT = 1000;

/** Kills at one moment of a series. */
export function oneOf(series: Series, random: Random): Trial {
  const number = random.between(1, series.roughly);
  const name = nameOf(series, number);
  return {
    name,
    async run(report) {
      const { error } = await killAt(series, number);
      if (error !== undefined) report(name, error);
    },
  };
}

function nameOf({ scenario, name }: Series, number: number | string): string {
  return `${scenario.name}, killed ${name.replace("%", String(number))}`;
}

/** @returns whether the operation was killed at all, and what was wrong afterwards */
async function killAt({ scenario, at }: Series, number: number): Promise<{ killed: boolean; error?: unknown }> {
  using project = await scenario.project();
  const { signal, output } = await project.run(scenario.args, at(number));
  const killed = signal === "SIGKILL";
  try {
    await scenario.recovers(project);
    return { killed };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { killed, error: new Error(`${message}\nThe killed run had said:\n${output}`) };
  }
}
