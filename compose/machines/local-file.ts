import { isAbsolute, resolve } from "node:path";
import { type Path, quote } from "../diagnostics.js";
import { interpolate } from "../interpolate.js";
import type { CheckContext, Surroundings } from "../kind.js";

/** A path from the file, absolute. */
export function localPath(path: string, { folder }: Surroundings): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}

/** A text with variables of the environment in it; those that are not set become empty. */
export function expand(text: string, { environment }: Surroundings): string {
  return interpolate(text, environment).text;
}

/** Complains about variables that are not set. @returns whether all are */
export function checkVariables(text: string, path: Path, { environment, report }: CheckContext): boolean {
  const { missing } = interpolate(text, environment);
  for (const name of missing) {
    report.error("value", path, `variable ${name} is not set: set it, or give it a default with \${${name}:-default}`);
  }
  return missing.length === 0;
}

/** @param what what the file is, as messages say it */
export function checkFileExists(text: string, at: { path: Path; what: string }, context: CheckContext): void {
  const found = localPath(text, context);
  if (text.includes("\0") || !context.files.exists(found)) {
    const { path, what } = at;
    const place = found === text ? "" : `: ${quote(found)} is no file`;
    context.report.error("file", path, `${what} ${quote(text)} is not there${place}; give the path of a file`);
  }
}
