import { readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { type Compiled, type CompileOptions, compile } from "./compile.js";
import type { Surroundings } from "./kind.js";

export interface LoadOptions extends Pick<CompileOptions, "project" | "kinds"> {
  /** Default: that of the process. */
  environment?: Surroundings["environment"] | undefined;
}

/** Reads and compiles a file. A file that cannot be read is a diagnostic like any other. */
export function load(
  path: string,
  { environment = process.env, ...options }: LoadOptions = {},
): Compiled & Surroundings {
  const around = { folder: dirname(resolve(path)), environment, files };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return {
      ...around,
      diagnostics: [{ severity: "error", code: "file", path: [], file: shownPath(path), message: reason(error) }],
    };
  }
  return { ...around, ...compile(text, { ...around, ...options, file: shownPath(path) }) };
}

const files: Surroundings["files"] = {
  exists: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  read: (path) => readFileSync(path, "utf8"),
};

/** From where the user is, unless that is somewhere else altogether. */
function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short || path;
}

function reason(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") {
    return "there is no such file: run in the folder of a testbed, or write one (see docs/compose.md)";
  }
  return `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
