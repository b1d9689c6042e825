import type { Step } from "./step.js";

/** How long a step may take, from the resource's option customTimeouts. */
export interface TimeLimit {
  signal: AbortSignal;
  /** Says of an error that it came because time was up; `undefined` when it was not. */
  explain(error: unknown): Error | undefined;
}

/** Pulumi's dynamic providers are not told of it; this engine's handlers are, so here it counts. */
export function timeLimit({ op, old, new: wanted }: Step): TimeLimit | undefined {
  const kind = KINDS[op];
  const seconds = kind === undefined ? undefined : (wanted ?? old)?.customTimeouts?.[kind];
  if (seconds === undefined || seconds <= 0) return undefined;
  // Timers cannot be longer.
  const signal = AbortSignal.timeout(Math.min(seconds * 1000, 2 ** 31 - 1));
  return {
    signal,
    explain(error) {
      if (!signal.aborted || !(error instanceof Error)) return undefined;
      error.message = `not done within ${seconds} s (customTimeouts.${kind}): ${error.message}`;
      return error;
    },
  };
}

const KINDS: Partial<Record<Step["op"], string>> = {
  create: "create",
  "create-replacement": "create",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
};
