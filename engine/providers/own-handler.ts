import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Handler } from "../../provider/handler.js";
import { resolveFromProgram } from "../module-paths.js";
import type { Project } from "../project.js";

/**
 * The name that this package's constant provider source exports, or `undefined` for foreign sources. The constant is
 * `exports.handler = () => require("pulumi-kvm/provider").Domain`.
 */
export function ownHandlerName(source: string): string | undefined {
  return /^\s*exports\.handler\s*=\s*\(\)\s*=>\s*require\("pulumi-kvm\/provider"\)\.([A-Za-z_$][\w$]*)\s*;?\s*$/.exec(
    source,
  )?.[1];
}

/**
 * Loads the module with this package's handlers, into this process: the one that the program's folder reaches, else the
 * engine's own.
 */
export async function loadOwnHandlers(project: Project): Promise<Record<string, Handler>> {
  return (await import(moduleUrl(project))) as Record<string, Handler>;
}

function moduleUrl(project: Project): string {
  const own = new URL("../../provider/dynamic.js", import.meta.url);
  const manifest = resolveFromProgram(project, "pulumi-kvm/package.json");
  // Reaching this very package must not load its modules a second time.
  if (manifest === undefined || isInside(fileURLToPath(import.meta.url), dirname(realpathSync(manifest))))
    return own.href;
  const resolved = resolveFromProgram(project, "pulumi-kvm/provider");
  return resolved === undefined ? own.href : pathToFileURL(resolved).href;
}

function isInside(path: string, folder: string): boolean {
  return realpathSync(path).startsWith(`${folder}/`);
}
