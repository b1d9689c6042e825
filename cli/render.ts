import pc from "picocolors";
import type { EngineEvent, ResourceChanges, StepKind, StepMetadata } from "../engine/events.js";
import type { PropertyChange } from "../provider/handler.js";

/** Turns events into lines for a person. One line for what happens to a resource, one below it for each difference. */
export interface Renderer {
  render(event: EngineEvent): void;
}

export interface RenderOptions {
  write(line: string): void;
  /** Show every line of progress, not only beginnings and ends. */
  verbose: boolean;
}

const SYMBOLS: Partial<Record<StepKind, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  read: ">",
  refresh: "~",
  discard: "-",
};

const COLORS: Record<string, (text: string) => string> = {
  "+": pc.green,
  "++": pc.green,
  "~": pc.yellow,
  "-": pc.red,
  "--": pc.red,
  "+-": pc.magenta,
};

const WORDS = {
  planned: { create: "create", update: "update", delete: "delete", replace: "replace" },
  running: {
    create: "creating",
    update: "updating",
    delete: "deleting",
    "create-replacement": "creating replacement",
    "delete-replaced": "deleting replaced",
    read: "reading",
    discard: "discarding",
  },
  done: {
    create: "created",
    update: "updated",
    delete: "deleted",
    "create-replacement": "created replacement",
    "delete-replaced": "deleted replaced",
    read: "read",
    discard: "discarded",
  },
} satisfies Record<string, Partial<Record<StepKind, string>>>;

export function plainRenderer({ write, verbose }: RenderOptions): Renderer {
  const started = new Map<string, number>();
  let failed = 0;
  return {
    render(event) {
      if (event.kind === "resourcePre") {
        started.set(event.metadata.urn, performance.now());
        if (event.planning) return;
        for (const line of stepLines(event.metadata, "running")) write(line);
      } else if (event.kind === "resOutputs") {
        const took = event.planning ? undefined : secondsSince(started.get(event.metadata.urn));
        for (const line of stepLines(event.metadata, event.planning ? "planned" : "done", took)) write(line);
      } else if (event.kind === "resOpFailed") {
        failed += 1;
        const outcome = event.status === "partial" ? "failed, it exists and is kept" : "failed";
        write(line(pc.red("!"), event.metadata, `${event.metadata.op} ${outcome}`));
      } else if (event.kind === "progress") {
        if (verbose || event.fraction === undefined) write(progressLine(event));
      } else if (event.kind === "diagnostic") {
        if (event.severity !== "debug" && event.ephemeral !== true) write(diagnosticLine(event));
      } else if (event.kind === "summary") {
        for (const summary of summaryLines(event, failed)) write(summary);
      }
    },
  };
}

function stepLines(step: StepMetadata, phase: keyof typeof WORDS, took?: string): string[] {
  if (step.internal || step.op === "same") return [];
  const word = (WORDS[phase] as Partial<Record<StepKind, string>>)[step.op];
  const refreshed = step.op === "refresh" && step.details.length > 0;
  if (word === undefined && !refreshed) return [];
  const symbol = SYMBOLS[step.op] ?? " ";
  const reason = step.reason === undefined ? "" : pc.dim(` (${REASONS[step.reason]})`);
  const head = line((COLORS[symbol] ?? String)(symbol.padEnd(2)), step, `${word ?? "changed"}${took ?? ""}${reason}`);
  // The differences were shown when the step was planned or begun.
  return phase === "done" ? [head] : [head, ...step.details.map((change) => `      ${changeLine(change)}`)];
}

const REASONS = {
  gone: "it is gone",
  unhealthy: "it was left unhealthy",
  interrupted: "its last operation was interrupted",
};

function line(symbol: string, step: { urn: string; type: string }, text: string): string {
  return ` ${symbol} ${shortType(step.type).padEnd(10)} ${nameOf(step.urn).padEnd(16)} ${text}`;
}

function changeLine(change: PropertyChange): string {
  const declared = change.new === undefined ? "no longer declared" : `declared ${show(change.new)}`;
  const impact = change.impact === "live" ? pc.green("live") : pc.red(change.impact);
  return `${change.path}: observed ${show(change.old)}, ${declared} (${impact})`;
}

function show(value: unknown): string {
  if (value === undefined) return "none";
  if (value === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") return "(known after up)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}

function progressLine(event: EngineEvent & { kind: "progress" }): string {
  const where =
    event.urn === undefined ? "" : `${shortType(typeOf(event.urn)).padEnd(10)} ${nameOf(event.urn).padEnd(16)} `;
  const percent = event.fraction === undefined ? "" : ` ${Math.round(event.fraction * 100)} %`;
  return pc.dim(` .  ${where}${event.message}${percent}`);
}

function diagnosticLine(event: EngineEvent & { kind: "diagnostic" }): string {
  const where =
    event.urn === undefined || isStack(event.urn) ? "" : `${shortType(typeOf(event.urn))} ${nameOf(event.urn)}: `;
  const text = `${where}${event.message.trimEnd()}`;
  if (event.severity === "error") return `${pc.red("error:")} ${text}`;
  if (event.severity === "warning") return `${pc.yellow("warning:")} ${text}`;
  return text;
}

function summaryLines(event: EngineEvent & { kind: "summary" }, failed: number): string[] {
  const { same = 0, ...changes } = event.resourceChanges;
  const counted = changesOf(changes).map(([op, count]) => `${SYMBOLS[op] ?? ""} ${count} ${verb(op, event.isPreview)}`);
  const what = event.isPreview ? "Preview" : "Update";
  const outcome = event.result !== "succeeded" ? event.result : counted.length === 0 ? "nothing to change" : "done";
  const text = [
    ...counted,
    ...(failed > 0 ? [`! ${failed} failed`] : []),
    ...(same > 0 ? [`${same} unchanged`] : []),
  ].join(", ");
  return [`${what} ${outcome}${text === "" ? "" : `: ${text}`} (${event.durationSeconds.toFixed(1)} s)`];
}

export function changesOf(changes: ResourceChanges): [StepKind, number][] {
  return (Object.entries(changes) as [StepKind, number][]).filter(([op, count]) => op !== "same" && count > 0);
}

function verb(op: StepKind, isPreview: boolean): string {
  const past: Partial<Record<StepKind, string>> = { ...WORDS.done, replace: "replaced", refresh: "refreshed" };
  return isPreview ? `to ${op}` : (past[op] ?? op);
}

function secondsSince(begin: number | undefined): string {
  return begin === undefined ? "" : pc.dim(` (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function shortType(type: string): string {
  return type.split(/[:/]/).at(-1) ?? type;
}

export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function isStack(urn: string): boolean {
  return typeOf(urn) === "pulumi:pulumi:Stack";
}
