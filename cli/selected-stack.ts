import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { findBackend } from "../engine/backend-url.js";
import type { Project } from "../engine/project.js";
import { writeFileAtomically } from "../engine/state/files.js";

/** Where a project is, and what decides where its state is. */
export interface ProjectPlace {
  project: Project;
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

/** The file in which the Pulumi CLI remembers what is selected, for each back end. */
interface Workspace {
  stacks?: Record<string, string>;
  /** From before there were several back ends. */
  stack?: string;
}

/** The stack that is selected for the back end in use; `undefined` when none is. */
export async function selectedStack(place: ProjectPlace): Promise<string | undefined> {
  const { stacks, stack } = await readWorkspace(place);
  return stacks?.[backendUrl(place)] ?? stack;
}

/** Remembers a selection, so that the Pulumi CLI has it, too. `undefined`: nothing is selected any more. */
export async function rememberStack(place: ProjectPlace, stack: string | undefined): Promise<void> {
  const { stack: _legacy, ...workspace } = await readWorkspace(place);
  const { [backendUrl(place)]: _before, ...stacks } = workspace.stacks ?? {};
  if (stack !== undefined) stacks[backendUrl(place)] = `organization/${place.project.name}/${stack}`;
  const changed = { ...workspace, stacks };
  const file = workspaceFile(place);
  // Pulumi leaves no empty ones behind either.
  if (Object.keys(stacks).length === 0) await rm(file, { force: true });
  else await writeFileAtomically(file, JSON.stringify(changed, null, 4), { mode: 0o600 });
}

/** No selection is the usual case; a damaged one is worth no more. */
async function readWorkspace(place: ProjectPlace): Promise<Workspace> {
  try {
    const parsed: unknown = JSON.parse(await readFile(workspaceFile(place), "utf8"));
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** A file named after the project and the digest of where it is; a folder without Pulumi.yaml stands for itself. */
function workspaceFile({ project, env = process.env }: ProjectPlace): string {
  const home = env.PULUMI_HOME || join(homedir(), ".pulumi");
  const digest = createHash("sha1")
    .update(project.file ?? project.root)
    .digest("hex");
  return join(home, "workspaces", `${project.name}-${digest}-workspace.json`);
}

function backendUrl({ project, cwd, env = process.env }: ProjectPlace): string {
  return findBackend(project, { env, cwd }).url;
}
