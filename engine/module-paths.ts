import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import type { Project } from "./project.js";

/**
 * Resolves a module as the program would, so that the engine and the program use the same copy. The engine's own copy
 * serves programs that have none.
 */
export function resolveForProgram(project: Project, specifier: string): string {
  const bases = [project.programDirectory, ...(isAbsolute(project.entry) ? [dirname(project.entry)] : [])];
  for (const base of bases) {
    try {
      return createRequire(join(base, "noop.js")).resolve(specifier);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return createRequire(import.meta.url).resolve(specifier);
}

/** @returns `undefined` when the program's folder does not reach the module */
export function resolveFromProgram(project: Project, specifier: string): string | undefined {
  try {
    return createRequire(join(project.programDirectory, "noop.js")).resolve(specifier);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
}
