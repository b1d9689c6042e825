import type { EngineEvent, ResourceChanges, StepKind } from "../../engine/events.js";
import { resourceColumns } from "./line.js";
import type { OperationKind } from "./renderer.js";
import { symbolOf, verbOf } from "./words.js";

type Summary = EngineEvent & { kind: "summary" };

/** What came of an operation: all counts on one line, then the names of what was left open. */
export function summaryLines(event: Summary, { failed, kind }: { failed: number; kind: OperationKind }): string[] {
  const { notStarted = [], pending = [] } = event.unfinished ?? {};
  const changed = changesOf(event.resourceChanges).map(([op, count]) =>
    `${symbolOf(op).trim()} ${count} ${verbOf(op, event.isPreview)}`.trim(),
  );
  const { same = 0 } = event.resourceChanges;
  const counts = [
    ...changed,
    ...(failed > 0 ? [`! ${failed} failed`] : []),
    ...(same > 0 ? [`${same} unchanged`] : []),
    ...(pending.length > 0 ? [`${pending.length} ${PENDING}`] : []),
    ...(notStarted.length > 0 ? [`${notStarted.length} ${NOT_STARTED}`] : []),
  ].join(", ");
  const outcome = event.result !== "succeeded" ? event.result : changed.length === 0 ? "nothing to change" : "done";
  const what = event.isPreview ? TITLES.preview : TITLES[kind === "preview" ? "update" : kind];
  return [
    `${what} ${outcome}${counts === "" ? "" : `: ${counts}`} (${event.durationSeconds.toFixed(1)} s)`,
    ...nameLines(PENDING, pending),
    ...nameLines(NOT_STARTED, notStarted),
  ];
}

export function changesOf(changes: ResourceChanges): [StepKind, number][] {
  return (Object.entries(changes) as [StepKind, number][]).filter(([op, count]) => op !== "same" && count > 0);
}

function nameLines(title: string, urns: string[]): string[] {
  if (urns.length === 0) return [];
  const left = urns.length - MOST_NAMES;
  const names = urns.slice(0, MOST_NAMES).map((urn) => `    ${resourceColumns(urn).trimEnd()}`);
  return [`  ${title}:`, ...names, ...(left > 0 ? [`    and ${left} more`] : [])];
}

const TITLES: Record<OperationKind, string> = {
  preview: "Preview",
  update: "Update",
  refresh: "Refresh",
  destroy: "Destruction",
};

const PENDING = "under way when it ended";
const NOT_STARTED = "not started";
const MOST_NAMES = 20;
