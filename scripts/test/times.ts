import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { defaultCacheDir } from "../cache.js";
import type { TestFile } from "./files.js";
import type { FileResult } from "./results.js";

const store = path.join(defaultCacheDir, "test-times.json");

type Times = Record<string, number>;

async function readTimes(): Promise<Times> {
  return JSON.parse(await readFile(store, "utf8").catch(() => "{}"));
}

/** Slowest first, by the times of the last runs, so that no long file starts when the others are done. New lab files count as slow. */
export async function slowestFirst(files: TestFile[]): Promise<TestFile[]> {
  const times = await readTimes();
  const expected = (file: TestFile) => times[file.name] ?? (file.lab ? 10_000 : 1000);
  return [...files].sort((a, b) => expected(b) - expected(a));
}

export async function rememberTimes(results: FileResult[]): Promise<void> {
  const times = await readTimes();
  for (const { name, ms } of results) times[name] = ms;
  await mkdir(defaultCacheDir, { recursive: true });
  await writeFile(store, JSON.stringify(times));
}
