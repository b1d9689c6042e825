import type { Deployment } from "../deployment/deployment.js";
import { newProgress } from "../deployment/deployment.js";
import { refuseUnknown } from "../deployment/finish.js";
import { recordRecovered, recoverInterrupted } from "../deployment/interrupted.js";
import { type Refreshed, refreshResources } from "../deployment/refresh.js";
import { createProviders, type Providers } from "../providers/providers.js";
import type { StackSource } from "../providers/stack-reference.js";
import { createSelection } from "../selection.js";
import type { StackConfig } from "../stack-config.js";
import type { PendingOperation, ResourceState } from "../state/resource.js";
import { maskProperties } from "../values/mask.js";
import type { Run } from "./operate.js";
import type { StackContents } from "./session.js";

/** A run whose state is loaded, and read anew if that was asked for. */
export interface Prepared {
  deployment: Deployment;
  /** `false`: some things could not be read. */
  complete: boolean;
}

/**
 * Loads the state and reads the real things.
 * @param options.silent whether reading is shown as steps of its own; failures always are
 */
export async function prepare(
  run: Run,
  {
    config,
    providers,
    refresh,
    silent,
  }: { config: StackConfig; providers: Providers; refresh: boolean; silent: boolean },
): Promise<Prepared> {
  const { options, executor, redactor, preview, emit } = run;
  const contents = await run.session.contents();
  for (const { inputs, outputs } of contents.resources) {
    redactor.learn(inputs);
    redactor.learn(outputs);
  }
  if (!preview) warnOfInterrupted(run, contents.pendingOperations);
  const recovered = await recoverInterrupted(contents.resources, contents.pendingOperations, { providers, executor });
  await contents.snapshot.end(undefined, (resources) => recordRecovered(resources, recovered));
  const resources = [
    ...contents.resources.filter((state) => !recovered.superseded.includes(state)),
    ...recovered.found,
  ];
  const selection = createSelection(options);
  const { all, replaced } = selection.named();
  // What the program is going to declare may be a target, but only what is there can be replaced or read for its own sake.
  const known = new Set(resources.map(({ urn }) => urn));
  refuseUnknown(executor, silent ? replaced : [...all, ...replaced], known);
  const refreshed = refresh
    ? await refreshResources(resources, { providers, executor, silent, selection: createSelection(options) })
    : { resources, changed: new Map(), gone: new Set<string>(), complete: true };
  await keep(contents, refreshed);
  const deployment: Deployment = {
    project: options.project,
    stack: options.stack,
    preview,
    config,
    base: refreshed.resources,
    olds: new Map(refreshed.resources.filter((state) => !state.delete).map((state) => [state.urn, state])),
    gone: refreshed.gone,
    interrupted: recovered.remaining,
    progress: newProgress(),
    snapshot: contents.snapshot,
    providers,
    executor,
    redactor,
    continueOnError: preview || (options.continueOnError ?? false),
    selection,
    stacks: stackSourceOf(run),
    emit,
  };
  return { deployment, complete: refreshed.complete && recovered.complete };
}

/** The code that manages this stack's resources. */
export function providersOf(run: Run, config: StackConfig): Providers {
  const log = (severity: "info" | "info#err", message: string) => run.emit({ kind: "diagnostic", severity, message });
  return createProviders({ project: run.options.project, config, stacks: stackSourceOf(run), log });
}

function stackSourceOf({ options, session, emit }: Run): StackSource {
  return {
    project: options.project.name,
    backendRoot: session.backend.root,
    env: options.env ?? process.env,
    log: (severity, message) => emit({ kind: "diagnostic", severity, message }),
  };
}

/** Tells the configuration of an operation without a program. */
export async function beginWithoutProgram(run: Run): Promise<StackConfig> {
  const { resources } = await run.session.contents();
  const config = storedConfig(resources, await run.session.config());
  run.redactor.learn(config);
  run.emit({ kind: "prelude", config: maskProperties(config) as Record<string, string> });
  return config;
}

/**
 * What operations without a program configure providers with: the configuration as it is now, and what the last run with a
 * program was given besides.
 */
function storedConfig(resources: readonly ResourceState[], config: StackConfig): StackConfig {
  const provider = resources.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
  return { ...(provider?.inputs as StackConfig | undefined), ...config };
}

/** One write for all that was observed: what is lost when the run dies before is observed again. */
async function keep({ snapshot }: StackContents, { changed }: Pick<Refreshed, "changed">): Promise<void> {
  if (changed.size === 0) return;
  await snapshot.end(undefined, (resources) => {
    for (const [old, state] of changed) {
      if (state === undefined) resources.remove(old);
      else resources.swap(old, state);
    }
  });
}

function warnOfInterrupted({ emit, options }: Run, pending: PendingOperation[]): void {
  if (pending.length === 0) return;
  const lines = pending.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`);
  const message = `The last run of stack "${options.stack}" was interrupted; what it has made of these is taken over where that can be told, and what it has not is made as if nothing had happened:\n${lines.join("\n")}`;
  emit({ kind: "diagnostic", severity: "warning", message });
}
