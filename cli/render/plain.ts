import type { StepMetadata } from "../../engine/events.js";
import { colors as pc } from "../colors.js";
import { changeLines } from "./changes.js";
import { resourceLine } from "./line.js";
import { diagnosticLines, progressLine } from "./messages.js";
import type { Renderer, RenderOptions } from "./renderer.js";
import { summaryLines } from "./summary.js";
import { exactValue } from "./value.js";
import { coloured, REASONS, symbolOf, wordOf } from "./words.js";

/** For a person: one line for what happens to a resource, one below it for each difference. */
export function plainRenderer({ write, verbose, kind = "update" }: RenderOptions): Renderer {
  const started = new Map<string, number>();
  let failed = 0;
  const writeAll = (lines: string[]) => {
    for (const line of lines) write(line);
  };
  return {
    render(event) {
      if (event.kind === "resourcePre") {
        started.set(event.metadata.urn, performance.now());
        if (!event.planning) writeAll(stepLines(event.metadata, "running"));
      } else if (event.kind === "resOutputs") {
        const took = event.planning ? "" : secondsSince(started.get(event.metadata.urn));
        writeAll(stepLines(event.metadata, event.planning ? "planned" : "done", took));
      } else if (event.kind === "resOpFailed") {
        failed += 1;
        write(failureLine(event.metadata, event.status));
      } else if (event.kind === "progress") {
        if (verbose || event.fraction === undefined) write(progressLine(event));
      } else if (event.kind === "diagnostic") {
        if (event.severity !== "debug" && event.ephemeral !== true) writeAll(diagnosticLines(event));
      } else if (event.kind === "stdout") write(event.message);
      else if (event.kind === "summary") writeAll(summaryLines(event, { failed, kind }));
    },
  };
}

export type StepPhase = "planned" | "running" | "done";

/** What is said of a step: nothing of one that leaves things as they are. */
export function stepLines(step: StepMetadata, phase: StepPhase, took = ""): string[] {
  if (step.internal || step.op === "same" || isRepeatedRead(step)) return [];
  const word = step.refreshed ? (phase === "done" ? FOUND[step.op] : step.op) : wordOf(step.op, phase);
  if (word === undefined) return [];
  const symbol = symbolOf(step.op);
  const reason = step.reason === undefined ? "" : pc.dim(` (${REASONS[step.reason] ?? step.reason})`);
  const head = resourceLine(coloured(symbol, symbol.padEnd(2)), step, `${word}${took}${reason}`);
  // The differences of a step were shown when it was planned or begun; those of a refresh are known only now.
  return phase === "done" && !step.refreshed ? [head] : [head, ...changeLines(step)];
}

/** What a refresh did to the state. */
const FOUND: Partial<Record<StepMetadata["op"], string>> = { update: "updated in the state", delete: "forgotten" };

/** Things that are only looked up are read in every run. */
function isRepeatedRead({ op, old, new: found }: StepMetadata): boolean {
  return op === "read" && old !== undefined && exactValue(old.outputs) === exactValue(found?.outputs);
}

function failureLine(step: StepMetadata, status: string): string {
  const outcome = status === "partial" ? "failed, it exists and is kept" : "failed";
  return resourceLine(pc.red("! "), step, `${step.op} ${outcome}`);
}

function secondsSince(begin: number | undefined): string {
  return begin === undefined ? "" : pc.dim(` (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
}
