import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { repository } from "../cache.js";

export interface Source {
  /** Relative to the repository, such as `engine/planner.ts`. */
  name: string;
  text: string;
  tree: ts.SourceFile;
}

const folders = ["provider", "sdk", "engine", "compose", "cli", "scripts", "bench", "test", "examples"];

/** Every TypeScript file of ours, parsed. */
export async function readSources(): Promise<Source[]> {
  const names: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(path.join(repository, folder), { recursive: true }).catch(() => []);
    names.push(...entries.filter((name) => /\.m?ts$/.test(name)).map((name) => path.join(folder, name)));
  }
  const own = names.filter((name) => !name.includes("node_modules")).sort();
  return Promise.all(own.map(readSource));
}

async function readSource(name: string): Promise<Source> {
  const text = await readFile(path.join(repository, name), "utf8");
  return { name, text, tree: ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true) };
}

/** How a finding is reported: where, and what is wrong. */
export function finding({ name, tree }: Source, position: number, message: string): string {
  return `${name}:${tree.getLineAndCharacterOfPosition(position).line + 1}: ${message}`;
}
