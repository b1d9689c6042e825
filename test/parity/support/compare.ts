import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Step } from "../story.js";
import { DIFFERENCES } from "./differences.js";
import type { Observation } from "./observe.js";

export interface Comparison {
  steps: Step[];
  observed: Observation[];
  expected: Observation[];
  /** Who observed, and how, for the message. */
  who: string;
}

/** @throws {AssertionError} that shows the lines that differ, of the first step that is not as expected */
export function compare({ steps, observed, expected, who }: Comparison): void {
  const common = steps.filter(({ only }) => only === undefined);
  for (const [index, step] of common.entries()) {
    const { args, anyOrder = false, interrupt, differences = [] } = step;
    const left = interrupt?.how === "kill" ? [...differences, "journal" as const] : differences;
    const [actual, wanted] = [observed[index], expected[index]].map((observation) => {
      if (observation === undefined) return undefined;
      const calls = anyOrder ? observation.calls.toSorted() : observation.calls;
      return left.reduce((rest, name) => DIFFERENCES[name](rest), { ...observation, calls });
    });
    const lines = unlike(actual, wanted);
    if (lines.length === 0) continue;
    const where = `step ${index + 1} of those that both tell (${args.join(" ")})`;
    assert.fail(`At ${where} ${who} (+) did not do what was recorded (-):\n${lines.join("\n")}`);
  }
}

function unlike(observed: Observation | undefined, wanted: Observation | undefined): string[] {
  const keys = new Set([...Object.keys(observed ?? {}), ...Object.keys(wanted ?? {})]) as Set<keyof Observation>;
  return [...keys].flatMap((key) => {
    const [actual, expectation] = [linesOf(observed?.[key]), linesOf(wanted?.[key])];
    if (isDeepStrictEqual(actual, expectation)) return [];
    const missing = expectation.filter((line) => !actual.includes(line)).map((line) => `  - ${line}`);
    const extra = actual.filter((line) => !expectation.includes(line)).map((line) => `  + ${line}`);
    if (missing.length + extra.length > 0) return [`${key}:`, ...missing, ...extra];
    const both = [...expectation.map((line) => `  - ${line}`), ...actual.map((line) => `  + ${line}`)];
    return [`${key}, in another order or number:`, ...both];
  });
}

function linesOf(value: Observation[keyof Observation]): string[] {
  return Array.isArray(value) ? value : [String(value)];
}
