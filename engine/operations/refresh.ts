import { rootUrn } from "../urn.js";
import { maskProperties } from "../values/mask.js";
import { type Outcome, operate, type Run } from "./operate.js";
import type { OperationOptions, OperationResult } from "./options.js";
import { beginWithoutProgram, prepare, providersOf } from "./prepare.js";

/**
 * Makes the state what the real things are. The program does not run.
 * @param options.dryRun only shows it
 */
export function refresh(options: OperationOptions & { dryRun?: boolean }): Promise<OperationResult> {
  return operate(options, { kind: "refresh", preview: options.dryRun ?? false, mustExist: true }, refreshStack);
}

async function refreshStack(run: Run): Promise<Outcome> {
  const config = await beginWithoutProgram(run);
  const providers = providersOf(run, config);
  try {
    const { deployment, complete } = await prepare(run, { config, providers, refresh: true, silent: false });
    const root = deployment.olds.get(rootUrn(run.options.stack, run.options.project.name));
    return { complete: complete && !run.executor.stopped(), outputs: maskProperties(root?.outputs ?? {}) };
  } finally {
    await providers.stop();
  }
}
