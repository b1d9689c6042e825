import type { StepMetadata } from "../../engine/events.js";
import { changesIn, impactOf } from "./changes.js";
import { detailTree } from "./detail-tree.js";
import { partsDifference, type TreeLine, valueTree, widest } from "./tree.js";

/** What a step does to the properties of a resource, as a tree. */
export function stepTree(step: StepMetadata, depth: number): TreeLine[] {
  const { op, old, new: wanted, details, refreshed, inputDiff } = step;
  if (op === "same") return protectTree(step, depth);
  if (old === undefined) return wanted === undefined ? [] : propertiesTree(wanted.inputs, depth);
  // What a refresh found gone needs no list of what is not there.
  if (wanted === undefined) return refreshed ? [] : propertiesTree(old.inputs, depth);
  if (details.length > 0 && !inputDiff) {
    const named = details.map((change) => ({ ...change, remark: impactOf(step, change) }));
    return detailTree(named, depth);
  }
  const shown = partsDifference(old.inputs, wanted.inputs, depth);
  // Differences within secrets do not show: they are known by name only.
  const hidden = changesIn(step).filter(({ path }) => !shown.some((line) => isAbout(line, path, depth)));
  return [
    ...shown,
    ...detailTree(
      hidden.map((change) => ({ ...change, remark: "" })),
      depth,
    ),
  ];
}

/** All properties of a resource, without the ones that are not for the user. */
export function propertiesTree(properties: Record<string, unknown>, depth: number): TreeLine[] {
  const entries = Object.entries(properties).filter(([key]) => !key.startsWith("__"));
  const width = widest(entries.map(([key]) => key));
  return entries.flatMap(([key, value]) => valueTree(key.padEnd(width), value, { depth, symbol: "" }));
}

function protectTree({ old, new: wanted }: StepMetadata, depth: number): TreeLine[] {
  return [{ depth, symbol: "~", text: `protect: ${old?.protect} => ${wanted?.protect}` }];
}

function isAbout({ depth, text }: TreeLine, path: string, level: number): boolean {
  return depth === level && text.split(":")[0]?.trimEnd() === path;
}
