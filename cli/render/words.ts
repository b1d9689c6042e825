import type { StepKind, StepReason } from "../../engine/events.js";
import { colors as pc } from "../colors.js";

/** How a step is marked in front of its line. */
export function symbolOf(op: StepKind): string {
  return SYMBOLS[op] ?? " ";
}

export function coloured(symbol: string, text: string): string {
  return (COLORS[symbol.trim()] ?? String)(text);
}

/** What is said of a step that is planned, begins or is done; `undefined` where there is nothing to say. */
export function wordOf(op: StepKind, phase: "planned" | "running" | "done"): string | undefined {
  return (WORDS[phase] as Partial<Record<StepKind, string>>)[op];
}

/** How the summary speaks of steps of one kind. */
export function verbOf(op: StepKind, isPreview: boolean): string {
  if (isPreview) return `to ${WORDS_OF_COUNTS[op] ?? op}`;
  return PAST_OF_COUNTS[op] ?? wordOf(op, "done") ?? op;
}

export const REASONS: Record<StepReason, string> = {
  gone: "it is gone",
  unhealthy: "it was left unhealthy",
  interrupted: "its last operation was interrupted",
};

const SYMBOLS: Partial<Record<StepKind, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  read: ">",
  "read-replacement": ">",
  refresh: "~",
  discard: "-",
  "discard-replaced": "--",
  "remove-pending-replace": "--",
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
  planned: {
    create: "create",
    update: "update",
    delete: "delete",
    replace: "replace",
    read: "read",
    discard: "forget",
  },
  running: {
    create: "creating",
    update: "updating",
    delete: "deleting",
    "create-replacement": "creating replacement",
    "delete-replaced": "deleting replaced",
    read: "reading",
    "read-replacement": "reading replacement",
  },
  done: {
    create: "created",
    update: "updated",
    delete: "deleted",
    "create-replacement": "created replacement",
    "delete-replaced": "deleted replaced",
    read: "read",
    "read-replacement": "read replacement",
    refresh: "refreshed",
    discard: "forgotten",
    "discard-replaced": "forgotten, it is replaced",
    "remove-pending-replace": "forgotten, it was deleted to make room",
  },
} satisfies Record<string, Partial<Record<StepKind, string>>>;

const WORDS_OF_COUNTS: Partial<Record<StepKind, string>> = { discard: "forget" };
const PAST_OF_COUNTS: Partial<Record<StepKind, string>> = { replace: "replaced" };
