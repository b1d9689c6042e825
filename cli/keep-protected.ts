import type { Keep } from "../engine/operations/kept-resources.js";
import type { StackOptions } from "../engine/operations/locate-stack.js";
import { readStack } from "../engine/operations/read-stack.js";
import { referencesOf } from "../engine/state/resource.js";

/** What must stay for the protected resources of a stack to stay as they are: they, and everything they need. */
export async function keepProtected(options: StackOptions): Promise<{ keep: Keep; count: number }> {
  const { resources } = await readStack(options);
  const needed = new Set(resources.filter((state) => state.protect).map(({ urn }) => urn));
  const count = needed.size;
  // What a resource needs comes before it.
  for (const state of [...resources].reverse()) {
    if (needed.has(state.urn)) for (const urn of referencesOf(state)) needed.add(urn);
  }
  return { keep: ({ urn }) => needed.has(urn), count };
}
