import type { OperationContext } from "../../provider/handler.js";
import type { EngineEvent, ResourceChanges, Unfinished } from "../events.js";
import { createSlots } from "../slots.js";
import { isProviderType } from "../urn.js";
import { equal } from "../values/equal.js";
import { metadataOf, type Step } from "./step.js";
import { timeLimit } from "./time-limit.js";

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
  /**
   * Waits for work, but not for long once the run was interrupted.
   * @throws {Stopped} when it did not end in time
   */
  bounded<T>(urn: string, work: Promise<T>): Promise<T>;
  /** Notes something that has to be done and will not be, because the run is ending. */
  leaveOut(urn: string): void;
  /** What an ending run left: URNs that were not begun, and those still under way when time ran out. */
  unfinished(): Unfinished;
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
  /** Lets go of timers. */
  close(): void;
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
  /** How long work may go on after an interrupt, in seconds. */
  grace: number;
  emit: (event: EngineEvent) => void;
}): Executor {
  const slots = createSlots(options.parallel);
  const running = new Set<Promise<unknown>>();
  const failures: string[] = [];
  const changes: ResourceChanges = {};
  const ending = new AbortController();
  const stop = () => ending.abort();
  const stopped = () => ending.signal.aborted || options.signal.aborted;
  const grace = startGrace(options.signal, options.grace);
  const notStarted = new Set<string>();
  const pending = new Set<string>();

  async function perform<T>(
    step: Step,
    work: (context: OperationContext) => Promise<T>,
    { result, light, open }: RunOptions<T>,
  ): Promise<T> {
    if (!light) await slots.acquire();
    try {
      if (stopped()) {
        if (step.op !== "same") leaveOut(step.urn);
        throw new Stopped();
      }
      options.emit({ kind: "resourcePre", metadata: metadataOf(step), planning: options.preview });
      const limit = timeLimit(step);
      const context = contextOf(step.urn, light ?? false, limit?.signal);
      const outcome = await bounded(step.urn, work(context)).catch((error) => {
        if (error instanceof Stopped) throw error;
        throw reportFailure(step, limit?.explain(error) ?? error);
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
    if (NOT_COUNTED.has(op) || isProviderType((wanted ?? old)?.type ?? "")) return;
    // To look something up counts when it is not what it was.
    if (op === "read" && (old === undefined || wanted === undefined || equal(old.outputs, wanted.outputs))) return;
    changes[op] = (changes[op] ?? 0) + 1;
  }

  async function bounded<T>(urn: string, work: Promise<T>): Promise<T> {
    // Nobody listens to what comes too late.
    work.catch(() => {});
    const outcome = await Promise.race([work, grace.over]);
    if (outcome !== OVER) return outcome;
    pending.add(urn);
    throw new Stopped();
  }

  function leaveOut(urn: string): void {
    notStarted.add(urn);
  }

  function contextOf(urn: string, light: boolean, limit?: AbortSignal): OperationContext {
    return {
      signal: limit === undefined ? options.signal : AbortSignal.any([options.signal, limit]),
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
    bounded,
    leaveOut,
    unfinished: () => ({ notStarted: [...notStarted], pending: [...pending] }),
    close: grace.cancel,
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

/** What {@link startGrace} resolves to. */
const OVER = Symbol("the time after an interrupt is over");

function startGrace(signal: AbortSignal, seconds: number): { over: Promise<typeof OVER>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const over = aborted(signal).then(
    () =>
      new Promise<typeof OVER>((resolve) => {
        timer = setTimeout(() => resolve(OVER), seconds * 1000);
      }),
  );
  return { over, cancel: () => clearTimeout(timer) };
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
const NOT_COUNTED = new Set([
  "read-replacement",
  "create-replacement",
  "delete-replaced",
  "discard-replaced",
  "remove-pending-replace",
]);
