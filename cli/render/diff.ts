import type { StepMetadata } from "../../engine/events.js";
import { ROOT_STACK_TYPE } from "../../engine/urn.js";
import { isShown } from "./is-shown.js";
import { plainRenderer } from "./plain.js";
import type { Renderer, RenderOptions } from "./renderer.js";
import { propertiesTree, stepTree } from "./step-tree.js";
import { partsDifference, type TreeLine } from "./tree.js";
import { exactValue } from "./value.js";
import { coloured, REASONS, symbolOf } from "./words.js";

/** For a person who wants to see every property: a tree for each resource that differs, below the resource it is part of. */
export function diffRenderer(options: RenderOptions): Renderer {
  const { write } = options;
  const plain = plainRenderer(options);
  const depths = new Map<string, number>();
  const writeStep = (step: StepMetadata) => {
    if (step.internal || !isShown(step)) return;
    const depth = depthOf(step, depths);
    depths.set(step.urn, depth);
    for (const line of headLines(step, depth)) write(line);
    for (const line of stepTree(step, depth + 1)) write(treeLine(line));
  };
  return {
    render(event) {
      if (event.kind === "resourcePre") {
        if (event.metadata.op !== "refresh") writeStep(event.metadata);
        // The plain renderer measures times, and says of a replacement which part of it begins.
        if (!event.planning)
          plain.render(isShown(event.metadata) ? { ...event, planning: true } : withoutDetails(event));
      } else if (event.kind === "resOutputs") {
        const { metadata } = event;
        if (metadata.refreshed && metadata.op !== "same") writeStep(metadata);
        else if (!event.planning && !metadata.refreshed) plain.render(event);
        const depth = depths.get(metadata.urn) ?? 0;
        const outputs = event.planning && metadata.type !== ROOT_STACK_TYPE ? [] : newOutputs(metadata, depth + 1);
        if (outputs.length > 0) write(`${"    ".repeat(depth + 1)}--outputs:--`);
        for (const line of outputs) write(treeLine(line));
      } else plain.render(event);
    },
  };
}

function headLines(step: StepMetadata, depth: number): string[] {
  const { op, urn, type, old, reason } = step;
  const indent = "    ".repeat(depth);
  const symbol = symbolOf(op);
  const why = reason === undefined ? "" : `, because ${REASONS[reason] ?? reason}`;
  const id = old?.id;
  return [
    coloured(symbol, `${indent}${symbol.padEnd(2)}${type}: (${op}${why})`),
    ...(id === undefined || id === "" ? [] : [`${indent}    [id=${id}]`]),
    `${indent}    [urn=${urn}]`,
  ];
}

/** The mark takes the place of the last two columns of the indentation. */
function treeLine({ depth, symbol, text }: TreeLine): string {
  const indent = "    ".repeat(depth);
  return symbol === "" ? `${indent}${text}` : coloured(symbol, `${indent.slice(2)}${symbol} ${text}`);
}

/** Below the nearest resource that is shown and that it is a part of. */
function depthOf(step: StepMetadata, depths: Map<string, number>): number {
  const parent = (step.new ?? step.old)?.parent;
  const above = parent === undefined ? undefined : depths.get(parent);
  return above === undefined ? 0 : above + 1;
}

/** Outputs that are news: neither declared nor what they were. */
function newOutputs({ op, old, new: made, internal, refreshed }: StepMetadata, depth: number): TreeLine[] {
  if (made === undefined || internal || refreshed || op === "replace" || op === "refresh") return [];
  const undeclared = (outputs: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(outputs).filter(([key, value]) => exactValue(value) !== exactValue(made.inputs[key])),
    );
  if (old === undefined) return propertiesTree(undeclared(made.outputs), depth);
  const known = Object.keys(made.inputs);
  const before = Object.fromEntries(Object.entries(old.outputs).filter(([key]) => !known.includes(key)));
  return partsDifference(before, undeclared(made.outputs), depth);
}

function withoutDetails<E extends { metadata: StepMetadata }>(event: E): E {
  return { ...event, metadata: { ...event.metadata, details: [] } };
}
