import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type OutputFlags, rendererOf } from "../../../cli/render/renderer-of.js";
import { destroy } from "../../../engine/operations/destroy.js";
import type { OperationOptions } from "../../../engine/operations/options.js";
import { preview } from "../../../engine/operations/preview.js";
import { refresh } from "../../../engine/operations/refresh.js";
import { up } from "../../../engine/operations/up.js";
import { loadProject } from "../../../engine/project.js";
import { type Comparable, comparable, comparableDigest } from "./comparable.js";
import { PROGRAMS, type ShownProject } from "./program.js";

/** The life of the stack: every stage starts from what the one before left. */
export const STAGES = ["create", "change", "replace", "fail", "refresh", "destroy"] as const;
export type Stage = (typeof STAGES)[number];

export interface Stream {
  /** Of the preview, for stages that have a program. */
  digest: unknown;
  events: Comparable;
}

/** Runs an operation of the embedded engine; answers what the renderer wrote. */
export async function shownBy(project: ShownProject, command: Command, flags: OutputFlags): Promise<string[]> {
  const loaded = loadProject(project.folder);
  if (loaded === undefined) throw new Error("Cannot load the test's project");
  const lines: string[] = [];
  const renderer = rendererOf(flags, { write: (line) => lines.push(line) });
  const options: OperationOptions = { project: loaded, stack: "dev", env: environment(), cwd: project.folder };
  await OPERATIONS[command]({ ...options, onEvent: renderer.render });
  renderer.end?.();
  return lines;
}

/** One stage with the embedded engine. */
export async function liveEmbedded(project: ShownProject, stage: Stage): Promise<Stream> {
  const command = prepare(project, stage);
  const digest = PREVIEWED.has(stage)
    ? comparableDigest((await shownBy(project, "preview", { json: true, kind: "preview" })).join("\n"))
    : null;
  const kind = command === "up" ? "update" : command;
  return { digest, events: comparable(await shownBy(project, command, { json: true, kind }), { stage }) };
}

/** The same stage with the Pulumi CLI. */
export function livePulumi(project: ShownProject, stage: Stage): Stream {
  const command = prepare(project, stage);
  const digest = PREVIEWED.has(stage) ? comparableDigest(pulumi(project, "preview", "--json")) : null;
  const lines = pulumi(project, command, "--yes", "--skip-preview", "--json").trim().split("\n");
  return { digest, events: comparable(lines, { stage }) };
}

export function pulumi(project: ShownProject, ...args: string[]): string {
  const home = join(project.folder, "home");
  mkdirSync(home, { recursive: true });
  const env = { ...environment(), PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return spawnSync("pulumi", [...args, "--stack", "dev"], { cwd: project.folder, env, encoding: "utf8" }).stdout;
}

type Command = keyof typeof OPERATIONS;
const OPERATIONS = {
  up,
  preview,
  refresh,
  destroy,
  previewRefresh: (options: OperationOptions) => refresh({ ...options, dryRun: true }),
};

/** Previews take time, so only the one that shows most is compared. */
const PREVIEWED = new Set<Stage>(["change"]);

function prepare(project: ShownProject, stage: Stage): "up" | "refresh" | "destroy" {
  if (stage === "refresh") project.drift();
  if (stage === "refresh" || stage === "destroy") return stage;
  project.program(PROGRAMS[stage]);
  return "up";
}

function environment(): NodeJS.ProcessEnv {
  const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE_FILE, PULUMI_PARALLEL, ...env } = process.env;
  return { ...env, PULUMI_CONFIG_PASSPHRASE: "test", NO_COLOR: "1" };
}
