import { linkName } from "../provider/names.js";

export interface Stack {
  project: string;
  stack: string;
}

/** The stack whose name does not show: what kvm-compose, which knows no stacks, would call the same thing. */
const defaultStack = "dev";
const hostnameLimit = 63;

export function physicalName({ project, stack }: Stack, name: string): string {
  return stack === defaultStack ? `${project}-${name}` : `${project}-${stack}-${name}`;
}

export function bridgeName(of: Stack, name: string): string {
  return linkName(physicalName(of, name));
}

/** `<project>-<guest>` as in kvm-compose. Signs that a project's name may have and a hostname may not become `-`. */
export function hostname(project: string, machine: string): string {
  return `${project.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, "")}-${machine}`;
}

export function isHostname(name: string): boolean {
  return name.length <= hostnameLimit && /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name);
}

/** Usable as the beginning of names on a host. */
export function isProjectName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$/.test(name);
}
