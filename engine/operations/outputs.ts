import { rootUrn } from "../urn.js";
import { maskProperties } from "../values/mask.js";
import { toPlain } from "../values/plain.js";
import type { StackOptions } from "./locate-stack.js";
import { readStack } from "./read-stack.js";

/**
 * Reads the outputs of the last run.
 * @param options.showSecrets in clear; masked otherwise
 * @throws {Error} when there is no such stack
 */
export async function stackOutputs(
  options: StackOptions & { showSecrets?: boolean },
): Promise<Record<string, unknown>> {
  const { resources } = await readStack(options);
  const outputs = resources.find(({ urn }) => urn === rootUrn(options.stack, options.project.name))?.outputs ?? {};
  return options.showSecrets ? toPlain(outputs) : maskProperties(outputs);
}
