import { Stopped } from "../deployment/executor.js";
import { deleteLeftovers } from "../deployment/finish.js";
import { type Outcome, operate, type Run } from "./operate.js";
import type { OperationOptions, OperationResult } from "./options.js";
import { beginWithoutProgram, prepare, providersOf } from "./prepare.js";

/**
 * Deletes everything the stack has, dependents first. The program does not run; the stack itself stays, empty.
 * @param options.dryRun only shows it
 */
export function destroy(options: OperationOptions & { dryRun?: boolean }): Promise<OperationResult> {
  return operate(options, { kind: "destroy", preview: options.dryRun ?? false, mustExist: true }, destroyStack);
}

async function destroyStack(run: Run): Promise<Outcome> {
  const { options, executor } = run;
  const config = await beginWithoutProgram(run);
  const providers = providersOf(run, config);
  try {
    const refresh = options.refresh ?? true;
    const { deployment, complete } = await prepare(run, { config, providers, refresh, silent: true });
    if (!complete && !run.preview) throw new Stopped();
    await deleteLeftovers(deployment);
    await executor.idle();
    await deployment.snapshot.flush();
    return { complete: !executor.stopped(), outputs: {} };
  } finally {
    await providers.stop();
  }
}
