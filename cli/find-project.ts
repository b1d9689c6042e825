import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bareProject, loadProject, type Project } from "../engine/project.js";
import { CliError, EXIT } from "./exit-codes.js";

/** The file that makes a folder a testbed without any program. */
export const COMPOSE_FILE = "kvm-compose.yaml";

const MISNAMED = ["kvm-compose.yml", "kvm_compose.yaml", "kvm_compose.yml"];

export interface FoundProject {
  project: Project;
  /** The YAML that stands for the program, where there is one. */
  composeFile: string | undefined;
}

/**
 * What a command works on: the Pulumi.yaml of the folder, else its kvm-compose.yaml, else the nearest Pulumi.yaml above.
 * @throws {CliError} when there is none
 */
export function findProject(directory: string): FoundProject {
  const root = resolve(directory);
  const composeFile = join(root, COMPOSE_FILE);
  const hasProgram = ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(root, name)));
  if (!hasProgram && existsSync(composeFile)) {
    // The YAML becomes a program like any other: this one reads it.
    const entry = fileURLToPath(new URL("../compose/program.js", import.meta.url));
    return { project: bareProject({ name: projectName(root), root, entry }), composeFile };
  }
  const project = loadProject(root);
  if (project !== undefined) return { project, composeFile: undefined };
  const misnamed = MISNAMED.find((name) => existsSync(join(root, name)));
  if (misnamed !== undefined) {
    throw new CliError(`Cannot find a project in ${root}: ${misnamed} must be named ${COMPOSE_FILE}`, EXIT.failed);
  }
  throw new CliError(
    `Cannot find a project in ${root}: there is neither ${COMPOSE_FILE} nor Pulumi.yaml; go to the folder of one, or name it with --cwd`,
    EXIT.failed,
  );
}

/** The folder's name, in the characters that projects may have. */
function projectName(root: string): string {
  const name = basename(root).replace(/[^A-Za-z0-9_.-]+/g, "-");
  return name === "" || name === "-" ? "testbed" : name.slice(0, 100);
}
