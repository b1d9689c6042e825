import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { stories } from "../scenarios/index.js";
import type { Step, Story } from "../story.js";
import { slugOf } from "./expected.js";
import type { Snapshot, World } from "./world.js";

/** A place in a story where the other engine takes over. */
export interface Crossing {
  story: string;
  /** So many steps were told before. */
  after: number;
  /** What is in the state at that place. */
  shows: string;
}

export const crossings: Crossing[] = [
  at("lifecycle: made, left alone, changed, deleted", 1, "dependencies and an output"),
  at("replacement: an old half that could not be deleted is tried again", 2, "an old half"),
  at("replacement: what could not be recreated leaves the state with the program", 2, "a pending replacement"),
  at(
    "replacement: what could not be recreated is not deleted again by destroy",
    2,
    "nothing but a pending replacement",
  ),
  at("failures: created but unhealthy: kept, repaired by an update, then healthy", 1, "errors of a creation"),
  at("failures: updated but unhealthy: the old inputs stay declared", 2, "errors of an update"),
  at("failures: outputs are kept and merged when a run fails", 2, "outputs of two runs"),
  at("options: additionalSecretOutputs and customTimeouts are kept in the state", 1, "secret outputs and timeouts"),
  at("options: options alone change the state and nothing else", 2, "every option that is stored"),
  at("options: read with get: kept apart from what is managed", 2, "a resource that is read"),
  at("components: things inside components, with outputs, in URNs of nested types", 1, "nested components"),
  at("components: renamed with an alias by name, by URN, by both", 3, "a renamed resource"),
  at("components: a renamed component takes its children along", 2, "a renamed component"),
  at("components: resources as inputs and outputs", 1, "references to resources"),
  at("secrets: secret inputs are secret in inputs and outputs of the state", 1, "secrets"),
  at("secrets: configuration reaches programs and handlers", 1, "configuration, secret and not"),
  at("secrets: assets", 1, "assets"),
  at("interruptions: killed while something is changed", 2, "an interrupted update"),
  at("refreshing: drift goes into the state, then the program undoes it", 3, "drift"),
  at("foreign: a provider of the program's own closures", 2, "serialized code"),
];

function at(story: string, after: number, shows: string): Crossing {
  return { story, after, shows };
}

export function storyOf({ story }: Crossing): Story {
  const found = stories.find(({ area, name }) => `${area}: ${name}` === story);
  if (found === undefined) throw new Error(`Cannot cross over in the story "${story}": there is none of that name`);
  return found;
}

/** The steps that are left, and how many that both engines tell came before. */
export function restOf(crossing: Crossing): { steps: Step[]; told: number } {
  const { steps } = storyOf(crossing);
  const told = steps.slice(0, crossing.after).filter(({ only }) => only === undefined).length;
  return { steps: steps.slice(crossing.after), told };
}

const folder = resolve(import.meta.dirname, "../states");
const biome = resolve(import.meta.dirname, "../../../node_modules/.bin/biome");

export function isKept(crossing: Crossing): boolean {
  return existsSync(fileOf(crossing));
}

export function keep(crossing: Crossing, world: World): void {
  const file = fileOf(crossing);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(world.export(), withoutPositions).replaceAll(world.folder, "@FOLDER@"));
  execFileSync(biome, ["format", "--write", file]);
}

/** Where in whose files a resource was made is of no use to anybody else. */
function withoutPositions(key: string, value: unknown): unknown {
  return key === "sourcePosition" || key === "stackTrace" ? undefined : value;
}

/** Puts a world into the place where the Pulumi CLI left it. */
export function restore(crossing: Crossing, world: World): void {
  const text = readFileSync(fileOf(crossing), "utf8").replaceAll("@FOLDER@", world.folder);
  world.import(JSON.parse(text) as Snapshot);
}

function fileOf(crossing: Crossing): string {
  const { area, name } = storyOf(crossing);
  return join(folder, area, `${slugOf(name)}.json`);
}
