import { rootUrn } from "../urn.js";
import { maskProperties } from "../values/mask.js";
import { toPlain } from "../values/plain.js";
import type { OperationOptions } from "./options.js";
import { openSession } from "./session.js";

/**
 * Reads the outputs of the last run.
 * @param options.showSecrets in clear; masked otherwise
 * @throws {Error} when there is no such stack
 */
export async function stackOutputs(
  options: Pick<OperationOptions, "project" | "stack" | "env" | "cwd"> & { showSecrets?: boolean },
): Promise<Record<string, unknown>> {
  const session = await openSession({ ...options, write: false, emit: () => {} });
  try {
    if (!session.exists) throw new Error(`no stack named '${options.stack}' found`);
    const { resources } = await session.contents();
    const outputs = resources.find(({ urn }) => urn === rootUrn(options.stack, options.project.name))?.outputs ?? {};
    return options.showSecrets ? toPlain(outputs) : maskProperties(outputs);
  } finally {
    await session.close();
  }
}
