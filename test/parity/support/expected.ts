import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Story } from "../story.js";
import type { Observation } from "./observe.js";

const folder = resolve(import.meta.dirname, "../expected");
const biome = resolve(import.meta.dirname, "../../../node_modules/.bin/biome");

/** What the Pulumi CLI made of a story, step by step. */
export function expected(story: Story): Observation[] {
  const file = fileOf(story);
  if (!existsSync(file))
    throw new Error(`Cannot compare "${story.name}": it was never recorded (see test/parity/README.md)`);
  return JSON.parse(readFileSync(file, "utf8")) as Observation[];
}

export function isRecorded(story: Story): boolean {
  return existsSync(fileOf(story));
}

export function record(story: Story, observations: Observation[]): void {
  const file = fileOf(story);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(observations));
  execFileSync(biome, ["format", "--write", file]);
}

function fileOf({ area, name }: Story): string {
  return join(folder, area, `${slugOf(name)}.json`);
}

export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
