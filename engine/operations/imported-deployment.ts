import { type Checkpoint, parseCheckpoint } from "../state/checkpoint.js";
import { verifyIntegrity } from "../state/integrity.js";
import type { ResourceState } from "../state/resource.js";
import { parseUrn } from "../urn.js";

/**
 * Reads what `stack export` printed.
 * @param source names it in messages
 * @throws {Error} for everything that is not a whole deployment of a version that this engine keeps
 */
export function parseDeployment(text: string, source: string): Checkpoint {
  const { version, features, deployment } = parseJson(text, source);
  if (typeof version !== "number" || deployment === undefined) {
    throw new Error(
      `Cannot import "${source}": it must be {"version": 3, "deployment": …}, as \`stack export\` prints it`,
    );
  }
  const checkpoint = parseCheckpoint(JSON.stringify({ version, features, checkpoint: { latest: deployment } }), source);
  // Later commands could not even name such a resource.
  for (const { urn } of checkpoint.resources) parseUrn(urn);
  return checkpoint;
}

/** What should keep a deployment from being imported into a stack, unless somebody insists. */
export function problemsOf(
  { manifest }: Checkpoint,
  resources: ResourceState[],
  own: { stack: string; project: string },
): string[] {
  const strangers = resources.flatMap(({ urn }) => {
    const { stack, project } = parseUrn(urn);
    if (stack !== own.stack) return [`resource '${urn}' is from a different stack (${stack} != ${own.stack})`];
    return project === own.project
      ? []
      : [`resource '${urn}' is from a different project (${project} != ${own.project})`];
  });
  return [...strangers, ...violation(resources, manifest)];
}

function violation(resources: ResourceState[], manifest: Checkpoint["manifest"]): string[] {
  try {
    verifyIntegrity(resources, manifest);
    return [];
  } catch (error) {
    return [`state file contains errors: ${(error as Error).message}`];
  }
}

function parseJson(text: string, source: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot import "${source}": it is not JSON: ${(error as Error).message}`);
  }
  return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
}
