import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Project } from "../engine/project.js";
import { CliError, EXIT } from "./exit-codes.js";

/** The stack of a project nobody chose one for. */
export const DEFAULT_STACK = "dev";

/** The stack to work on: as asked for, `PULUMI_STACK`, the one selected with the Pulumi CLI, else `dev`. */
export async function selectStack(project: Project, asked: string | undefined, env = process.env): Promise<string> {
  const stack = asked ?? env.PULUMI_STACK ?? (await selectedStack(project, env)) ?? DEFAULT_STACK;
  // Pulumi knows `organization/stack` and `organization/project/stack`; in files the organization has no other name.
  const name = stack.replace(/^organization\/([^/]+\/)?/, "");
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(name)) {
    throw new CliError(
      `Cannot use stack name "${stack}": it must be 1 to 100 letters, digits, \`_\`, \`.\`, \`-\``,
      EXIT.usage,
    );
  }
  return name;
}

/** Where the Pulumi CLI remembers a selection: a file named after the project and the digest of its path. */
async function selectedStack(project: Project, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (project.file === undefined) return undefined;
  const home = env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const digest = createHash("sha1").update(project.file).digest("hex");
  try {
    const text = await readFile(join(home, "workspaces", `${project.name}-${digest}-workspace.json`), "utf8");
    const workspace = JSON.parse(text) as { stack?: string; stacks?: Record<string, string> };
    return Object.values(workspace.stacks ?? {})[0] ?? workspace.stack;
  } catch {
    // No selection is the usual case; a damaged one is Pulumi's to complain about.
    return undefined;
  }
}
