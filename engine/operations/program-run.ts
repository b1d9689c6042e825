import type { Deployment } from "../deployment/deployment.js";
import { Stopped } from "../deployment/executor.js";
import { closeRun, deleteLeftovers } from "../deployment/finish.js";
import type { EngineEvent } from "../events.js";
import { startMonitor } from "../monitor/server.js";
import { type Program, type ProgramEnd, startProgram } from "../program.js";
import { rootUrn } from "../urn.js";
import { maskProperties } from "../values/mask.js";
import type { Outcome, Run } from "./operate.js";
import { prepare, providersOf } from "./prepare.js";

/**
 * Runs the program once and does (or, in a preview, plans) what it asks for. The program starts at once: loading it takes
 * longest, and meanwhile the state is decrypted and the real things are read.
 */
export async function runProgram(run: Run): Promise<Outcome> {
  const { options, session, executor, emit } = run;
  const config = await session.config();
  run.redactor.learn(config);
  emit({ kind: "prelude", config: maskProperties(config) as Record<string, string> });
  const ready = deferred<Deployment>();
  const monitor = await startMonitor({
    deployment: ready.promise,
    emit: (event) => emit(executor.stopped() ? quieted(event) : event),
  });
  const providers = providersOf(run, config);
  let program: Program | undefined;
  try {
    program = startProgram({
      project: options.project,
      stack: options.stack,
      config,
      monitorAddress: monitor.address,
      parallel: run.parallel,
      preview: run.preview,
      onLine: (severity, message) => emit({ kind: "diagnostic", severity, message }),
    });
    const refresh = options.refresh ?? true;
    const { deployment, complete } = await prepare(run, { config, providers, refresh, silent: true });
    // A preview shows the rest; but nothing is changed on half knowledge.
    if (!complete && !run.preview) throw new Stopped();
    ready.resolve(deployment);
    const end = await Promise.race([program.ended, executor.ending()]);
    reportEnd(run, end);
    await executor.idle();
    const succeeded = end?.kind === "succeeded" && !executor.stopped();
    if (succeeded) await deleteLeftovers(deployment);
    const finished = succeeded && !executor.stopped();
    await closeRun(deployment, { succeeded: finished && executor.failures().length === 0 });
    return { complete: finished, outputs: outputsOf(deployment) };
  } finally {
    // Whatever the program still asks for is too late, and makes it end.
    executor.stop();
    ready.reject(new Stopped());
    await program?.stop();
    monitor.stop();
    await providers.stop();
  }
}

/** What a program complains of after its run was stopped is the stop itself: the cause has been told. */
function quieted(event: EngineEvent): EngineEvent {
  return event.kind === "diagnostic" && event.severity === "error" ? { ...event, severity: "debug" } : event;
}

function reportEnd({ executor, signal }: Run, end: ProgramEnd | undefined): void {
  // A run that ends anyway takes the program with it.
  if (end === undefined || end.kind === "succeeded" || executor.stopped() || signal.aborted) return;
  if (end.kind === "reported") executor.fail("the program failed");
  else if (end.kind === "killed") executor.fail(`the program was killed by ${end.signal}`);
  else executor.fail(`an unhandled error occurred: Program exited with non-zero exit code: ${end.code}`);
  executor.stop();
}

function outputsOf({ progress, stack, project }: Deployment): Record<string, unknown> {
  return maskProperties(progress.registered.get(rootUrn(stack, project.name))?.outputs ?? {});
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // Nobody may be listening yet, or any more.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
