import { createExecutor, type Executor, messageOf, StepFailed, Stopped } from "../deployment/executor.js";
import type { EngineEvent, Result } from "../events.js";
import { createRedactor, type Redactor } from "../redact.js";
import { type HistoryEntry, recordOperation } from "../state/store.js";
import { DEFAULT_GRACE, type OperationOptions, type OperationResult, parallelOf } from "./options.js";
import { openSession, type Session } from "./session.js";

/** What an operation works with. */
export interface Run {
  options: OperationOptions;
  session: Session;
  executor: Executor;
  redactor: Redactor;
  signal: AbortSignal;
  parallel: number;
  preview: boolean;
  emit(event: EngineEvent): void;
}

/** What an operation leaves behind. `complete`: it came to its end, so an interrupt came too late to matter. */
export interface Outcome {
  complete: boolean;
  outputs: Record<string, unknown>;
}

/**
 * The frame of every operation: opens the stack, runs `body`, sums up, records, closes.
 * @param kind how the history calls it
 * @throws {Error} when the stack cannot be opened; everything after that is part of the result
 */
export async function operate(
  options: OperationOptions,
  { kind, preview, mustExist }: { kind: HistoryEntry["kind"]; preview: boolean; mustExist: boolean },
  body: (run: Run) => Promise<Outcome>,
): Promise<OperationResult> {
  const started = Date.now();
  const redactor = createRedactor();
  const signal = options.signal ?? new AbortController().signal;
  const parallel = parallelOf(options);
  const emit = redacting(redactor, options.onEvent);
  const session = await openSession({ ...options, write: !preview, mustExist, emit });
  try {
    // A preview shows all it can, whatever is wrong with single resources.
    const continueOnError = preview || (options.continueOnError ?? false);
    const grace = options.grace ?? DEFAULT_GRACE;
    const executor = createExecutor({ parallel, preview, continueOnError, signal, grace, emit });
    const run: Run = { options, session, executor, redactor, signal, parallel, preview, emit };
    const outcome = await attempt(run, body);
    executor.close();
    await save(run);
    const result = resultOf(run, outcome);
    const resourceChanges = executor.changes();
    if (!preview && session.isOpen()) {
      const times = { startTime: seconds(started), endTime: seconds(Date.now()) };
      await record(run, { kind, ...times, resourceChanges, result: result === "succeeded" ? "succeeded" : "failed" });
    }
    const durationSeconds = (Date.now() - started) / 1000;
    const unfinished = executor.unfinished();
    const ended = unfinished.notStarted.length + unfinished.pending.length > 0 ? { unfinished } : {};
    emit({ kind: "summary", result, isPreview: preview, durationSeconds, resourceChanges, ...ended });
    return { result, resourceChanges, durationSeconds, failures: executor.failures(), outputs: outcome.outputs };
  } finally {
    await session.close();
    emit({ kind: "cancel" });
  }
}

async function attempt(run: Run, body: (run: Run) => Promise<Outcome>): Promise<Outcome> {
  try {
    return await body(run);
  } catch (error) {
    if (!(error instanceof Stopped) && !(error instanceof StepFailed)) run.executor.fail(messageOf(error));
    return { complete: false, outputs: {} };
  }
}

/** What cannot be written now is not lost: the journal has it, and the stack stays locked until it is written. */
async function save({ session, executor }: Run): Promise<void> {
  try {
    await session.save();
  } catch (error) {
    executor.fail(
      `Cannot save the state: ${messageOf(error)}. What the run has recorded is in ${session.paths.journal}: the next run on this machine saves it, and looks for what could not be recorded`,
    );
  }
}

function resultOf({ signal, executor }: Run, { complete }: Outcome): Result {
  if (signal.aborted && !complete) return "canceled";
  return executor.failures().length > 0 ? "failed" : "succeeded";
}

async function record(run: Run, entry: Omit<HistoryEntry, "message" | "config">): Promise<void> {
  const { session, options } = run;
  const config = (session.stackFile.document.toJS() as { config?: Record<string, unknown> } | null)?.config ?? {};
  try {
    await recordOperation(session.paths, options.stack, { ...entry, message: options.message ?? "", config });
  } catch (error) {
    const message = `Cannot write the history of stack "${options.stack}": ${messageOf(error)}; its state is not affected`;
    run.emit({ kind: "diagnostic", severity: "warning", message });
  }
}

function redacting(
  redactor: Redactor,
  onEvent: ((event: EngineEvent) => void) | undefined,
): (event: EngineEvent) => void {
  return (event) => {
    const isText = event.kind === "diagnostic" || event.kind === "progress";
    onEvent?.(isText ? { ...event, message: redactor.redact(event.message) } : event);
  };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
