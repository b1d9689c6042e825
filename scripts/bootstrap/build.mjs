import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repository, runQuietly } from "./run.mjs";

const sources = [
  "provider",
  "sdk",
  "engine",
  "compose",
  "cli",
  "tsconfig.json",
  "tsconfig.build.json",
  "package-lock.json",
];
const stamp = path.join(repository, "dist/.bootstrap");

/** Compiles when a source is newer than the last time we did. */
export async function buildSources() {
  const begun = new Date();
  const newest = Math.max(...sources.map((name) => newestChange(path.join(repository, name))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  console.log("Compiling …");
  const tsc = path.join(repository, "node_modules/typescript/bin/tsc");
  await runQuietly([process.execPath, tsc, "-p", "tsconfig.build.json"], { attempt: "compile" });
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${begun.toISOString()}\n`);
}

/** Folders count too: removing a file changes nothing else. */
function newestChange(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  const inside = stats.isDirectory() ? readdirSync(file).map((name) => newestChange(path.join(file, name))) : [];
  return Math.max(stats.mtimeMs, ...inside);
}
