import { Stopped } from "../deployment/executor.js";
import { deleteLeftovers } from "../deployment/finish.js";
import { type Keep, keepResources } from "./kept-resources.js";
import { type Outcome, operate, type Run } from "./operate.js";
import type { OperationOptions, OperationResult } from "./options.js";
import { beginWithoutProgram, prepare, providersOf } from "./prepare.js";

export interface DestroyOptions extends OperationOptions {
  /** Only show it. */
  dryRun?: boolean;
  /** What stays. Default: nothing. */
  keep?: Keep;
}

/**
 * Deletes everything the stack has but what is to be kept, dependents first. The program does not run; the stack itself stays,
 * empty or nearly so.
 */
export function destroy({ keep, ...options }: DestroyOptions): Promise<OperationResult> {
  const frame = { kind: "destroy", preview: options.dryRun ?? false, mustExist: true } as const;
  return operate(options, frame, (run) => destroyStack(run, keep));
}

async function destroyStack(run: Run, keep: Keep | undefined): Promise<Outcome> {
  const { options, executor } = run;
  const config = await beginWithoutProgram(run);
  const providers = providersOf(run, config);
  try {
    const refresh = options.refresh ?? true;
    const { deployment, complete } = await prepare(run, { config, providers, refresh, silent: true });
    if (!complete && !run.preview) throw new Stopped();
    if (keep !== undefined) await keepResources(deployment, keep);
    await deleteLeftovers(deployment);
    await executor.idle();
    await deployment.snapshot.flush();
    return { complete: !executor.stopped(), outputs: {} };
  } finally {
    await providers.stop();
  }
}
