import type { OperationContext } from "../../provider/handler.js";
import type { EngineEvent, ResourceChanges } from "../events.js";
import { createSlots } from "../slots.js";
import { isProviderType } from "../urn.js";
import { metadataOf, type Step } from "./step.js";

/** Runs steps: lets as many work at once as allowed, reports them, and stops starting new ones when the run is to end. */
export interface Executor {
  /**
   * Runs one step.
   * @param work receives what a handler may use
   * @param options.result the step as it turned out, for display
   * @param options.light whether it is no work, so that it needs no slot
   * @param options.open whether its outputs come later and are reported then
   * @throws {Stopped} when the step was not started
   * @throws {StepFailed} when it was started and failed
   */
  run<T>(step: Step, work: (context: OperationContext) => Promise<T>, options?: RunOptions<T>): Promise<T>;
  /** Ends the run: steps under way finish, no new ones start. */
  stop(): void;
  /** What to lend to a handler outside of `run`. */
  context(urn: string): OperationContext;
  /** Reports a step that failed outside of `run`. */
  reportFailure(step: Step, error: unknown): StepFailed;
  /** Counts as a failure of the run, without a step. Unless told to go on, nothing new starts after it. */
  fail(message: string, urn?: string, options?: { goOn: boolean }): void;
  stopped(): boolean;
  /** Resolves (to nothing) when the run is to end: something failed, or it was interrupted. */
  ending(): Promise<undefined>;
  failures(): string[];
  changes(): ResourceChanges;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export interface RunOptions<T> {
  result?: (outcome: T) => Step;
  light?: boolean;
  open?: boolean;
}

/** The run has ended before this step could start. */
export class Stopped extends Error {
  constructor() {
    super("the run is ending");
    this.name = "Stopped";
  }
}

/** A step failed; it has been reported already. */
export class StepFailed extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = "StepFailed";
  }
}

/** A failed step whose thing exists and is kept in the state. */
export class Unhealthy extends Error {
  constructor(reasons: string[]) {
    super(reasons.join("\n"));
    this.name = "Unhealthy";
  }
}

export function createExecutor(options: {
  parallel: number;
  preview: boolean;
  continueOnError: boolean;
  signal: AbortSignal;
  emit: (event: EngineEvent) => void;
}): Executor {
  const slots = createSlots(options.parallel);
  const running = new Set<Promise<unknown>>();
  const failures: string[] = [];
  const changes: ResourceChanges = {};
  const ending = new AbortController();
  const stop = () => ending.abort();
  const stopped = () => ending.signal.aborted || options.signal.aborted;

  async function perform<T>(
    step: Step,
    work: (context: OperationContext) => Promise<T>,
    { result, light, open }: RunOptions<T>,
  ): Promise<T> {
    if (!light) await slots.acquire();
    try {
      if (stopped()) throw new Stopped();
      options.emit({ kind: "resourcePre", metadata: metadataOf(step), planning: options.preview });
      const outcome = await work(contextOf(step.urn, light ?? false)).catch((error) => {
        throw reportFailure(step, error);
      });
      const done = result?.(outcome) ?? step;
      count(done);
      if (!open) options.emit({ kind: "resOutputs", metadata: metadataOf(done), planning: options.preview });
      return outcome;
    } finally {
      if (!light) slots.release();
    }
  }

  function reportFailure(step: Step, error: unknown): StepFailed {
    const failure = new StepFailed(error);
    fail(failure.message, step.urn);
    const status = error instanceof Unhealthy ? "partial" : "unknown";
    options.emit({ kind: "resOpFailed", metadata: metadataOf(step), status });
    return failure;
  }

  function fail(message: string, urn?: string, { goOn }: { goOn: boolean } = { goOn: false }): void {
    failures.push(urn === undefined ? message : `${urn}: ${message}`);
    if (!options.continueOnError && !goOn) stop();
    options.emit({ kind: "diagnostic", severity: "error", message, ...(urn === undefined ? {} : { urn }) });
  }

  function count({ op, old, new: wanted }: Step): void {
    if (PARTS_OF_REPLACEMENT.has(op) || isProviderType((wanted ?? old)?.type ?? "")) return;
    changes[op] = (changes[op] ?? 0) + 1;
  }

  function contextOf(urn: string, light: boolean): OperationContext {
    return {
      signal: options.signal,
      progress: (message, fraction) =>
        options.emit({ kind: "progress", urn, message, ...(fraction === undefined ? {} : { fraction }) }),
      log: (severity, message) => options.emit({ kind: "diagnostic", urn, severity, message }),
      async idle(wait) {
        if (light) return wait();
        slots.release();
        try {
          return await wait();
        } finally {
          await slots.acquire();
        }
      },
    };
  }

  return {
    run(step, work, runOptions = {}) {
      const attempt = perform(step, work, runOptions);
      const settled = attempt.catch(() => {}).finally(() => running.delete(settled));
      running.add(settled);
      return attempt;
    },
    stop,
    context: (urn) => contextOf(urn, true),
    reportFailure,
    fail,
    stopped,
    ending: () => aborted(AbortSignal.any([ending.signal, options.signal])),
    failures: () => failures,
    changes: () => changes,
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A replacement counts once, as `replace`. */
const PARTS_OF_REPLACEMENT = new Set([
  "create-replacement",
  "delete-replaced",
  "discard-replaced",
  "remove-pending-replace",
]);
