import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { resolveForProgram } from "./module-paths.js";
import { PROGRAM_PRELOAD } from "./program-preload.js";
import type { Project } from "./project.js";
import type { StackConfig } from "./stack-config.js";
import { plainOf } from "./values/plain.js";
import { Secret } from "./values/value.js";

/** A running program. */
export interface Program {
  /** Resolves when the process has ended. */
  ended: Promise<ProgramEnd>;
  /** Ends the process: asks first, insists after `grace` milliseconds. */
  stop(grace?: number): Promise<void>;
}

/** `reported`: the program failed and has said why. `killed`: by a signal. */
export type ProgramEnd =
  | { kind: "succeeded" }
  | { kind: "reported" }
  | { kind: "failed"; code: number }
  | { kind: "killed"; signal: string };

/**
 * Runs a project's program with Pulumi's own runner, unchanged.
 * @param onLine receives what the program prints, line by line
 */
export function startProgram(options: {
  project: Project;
  stack: string;
  config: StackConfig;
  monitorAddress: string;
  parallel: number;
  preview: boolean;
  onLine: (severity: "info" | "info#err", line: string) => void;
}): Program {
  const { project } = options;
  const file = resolve(project.programDirectory, project.entry);
  if (!existsSync(file)) throw new Error(`Cannot run project "${project.name}": its program "${file}" is missing`);
  // A process group of its own: an interrupt from the terminal is for the engine, which then ends the program in order.
  const child = spawn(process.execPath, argumentsOf(options), {
    cwd: project.programDirectory,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: environmentOf(options),
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const drained = [child.stdout, child.stderr].map((stream, index) => {
    const lines = createInterface({ input: stream });
    lines.on("line", (line) => options.onLine(index === 0 ? "info" : "info#err", line));
    return once(lines, "close");
  });
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.off("exit", kill);
      // What it printed last belongs to the run. A process that outlives the program must not keep the run open.
      const patience = new Promise((proceed) => setTimeout(proceed, 500).unref());
      void Promise.race([Promise.all(drained), patience]).then(() => resolve(endOf(code, signal)));
    });
  });
  return {
    ended,
    async stop(grace = 2000) {
      child.kill("SIGTERM");
      const timer = setTimeout(kill, grace);
      await ended.catch(() => {});
      clearTimeout(timer);
    },
  };
}

/** Pulumi's runner ends with this code when it has told the user what went wrong. */
const REPORTED = 32;

function argumentsOf({
  project,
  stack,
  monitorAddress,
  parallel,
  preview,
}: Parameters<typeof startProgram>[0]): string[] {
  return [
    ...project.nodeArgs,
    // In one word: the runner takes the separate option as a sign that the project brings a loader for TypeScript.
    `--import=${PROGRAM_PRELOAD}`,
    resolveForProgram(project, "@pulumi/pulumi/cmd/run"),
    ...["--monitor", monitorAddress],
    ...["--engine", monitorAddress],
    ...["--organization", "organization"],
    ...["--project", project.name],
    ...["--root-directory", project.root],
    ...["--stack", stack],
    ...["--pwd", project.programDirectory],
    ...(preview ? ["--dry-run"] : []),
    ...["--parallel", String(parallel)],
    project.entry,
  ];
}

function environmentOf({ project, config }: Parameters<typeof startProgram>[0]): NodeJS.ProcessEnv {
  const values = Object.entries(config).map(([key, value]) => [key.replace(":", ":config:"), plainOf(value)]);
  const secretKeys = Object.keys(config).filter((key) => config[key] instanceof Secret);
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(values)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
    ...(project.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
  };
}

function endOf(code: number | null, signal: string | null): ProgramEnd {
  if (signal !== null) return { kind: "killed", signal };
  if (code === 0) return { kind: "succeeded" };
  return code === REPORTED ? { kind: "reported" } : { kind: "failed", code: code ?? 1 };
}
