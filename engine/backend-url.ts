import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Project } from "./project.js";

/** Where the state lies. */
export interface Backend {
  /** The folder that holds `.pulumi`. */
  root: string;
  /** As it was written, or made from the project's folder. */
  url: string;
  source: "environment" | "project" | "login" | "default";
  /** Something the user should know about this choice. */
  notice?: string;
}

/**
 * Finds the state: `PULUMI_BACKEND_URL`, then `backend.url` of Pulumi.yaml, then what `pulumi login` chose, then the
 * project's folder.
 * @throws {Error} for everything that is not a folder of this machine
 */
export function findBackend(project: Project, { env, cwd }: { env: NodeJS.ProcessEnv; cwd: string }): Backend {
  if (env.PULUMI_BACKEND_URL) return fileBackend(env.PULUMI_BACKEND_URL, "environment", cwd);
  if (project.backendUrl) {
    const backend = fileBackend(project.backendUrl, "project", project.root);
    if (!isRelative(project.backendUrl) || resolve(cwd) === resolve(project.root)) return backend;
    const notice = `The state is in ${backend.root}: backend.url "${project.backendUrl}" counts from the project's folder here, but from the current folder in the Pulumi CLI, so run that one in ${project.root}`;
    return { ...backend, notice };
  }
  const login = currentLogin(env);
  if (login) return fileBackend(login, "login", cwd);
  return { root: project.root, url: `file://${project.root}`, source: "default" };
}

const SCHEME = "file://";

function fileBackend(url: string, source: Backend["source"], base: string): Backend {
  if (!url.startsWith(SCHEME)) throw new Error(refusal(url, source));
  // What follows "?" tunes the Pulumi CLI's own writing only.
  const path = url.slice(SCHEME.length).split("?")[0] ?? "";
  const expanded = path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
  return { root: resolve(base, decodeURIComponent(expanded)), url, source };
}

function isRelative(url: string): boolean {
  return url.startsWith(`${SCHEME}.`);
}

function refusal(url: string, source: Backend["source"]): string {
  const places = {
    environment: "PULUMI_BACKEND_URL names it: unset it or set it to file://<folder>",
    project: "backend.url of Pulumi.yaml names it: set it to file://<folder>",
    login: "`pulumi login` chose it: set backend.url of Pulumi.yaml or PULUMI_BACKEND_URL to file://<folder>",
    default: "",
  };
  return `Cannot keep state at "${url}": the embedded engine writes to folders only; ${places[source]}, or use the Pulumi CLI`;
}

/** The back end that the Pulumi CLI is logged in to, if any. */
function currentLogin(env: NodeJS.ProcessEnv): string | undefined {
  const home = env.PULUMI_CREDENTIALS_PATH || env.PULUMI_HOME || join(homedir(), ".pulumi");
  const file = join(home, "credentials.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { current } = JSON.parse(text) as { current?: unknown };
    return typeof current === "string" && current !== "" ? current : undefined;
  } catch (error) {
    throw new SyntaxError(`Cannot read "${file}": ${(error as Error).message}`);
  }
}
