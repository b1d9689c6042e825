import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const repository = path.resolve(import.meta.dirname, "../../..");
/** The command under test. */
export const cli = path.join(repository, "dist/cli/main.js");
const preload = pathToFileURL(path.join(import.meta.dirname, "disk-faults.mjs")).href;

/** One resource of the program: a thing, or a group (a component). */
export interface Declared {
  name: string;
  group?: boolean;
  parent?: string;
  /** Changing it is an update. */
  size?: number;
  /** Changing it is a replacement. */
  kind?: string;
  /** Names of things whose tokens are inputs of this one. */
  uses?: string[];
  /** Whether a change of what it uses is a replacement. */
  follows?: boolean;
  /** Whether a replacement begins with the deletion. */
  first?: boolean;
  dependsOn?: string[];
  secret?: string;
  /** How many milliseconds each operation takes. */
  work?: number;
  options?: { deleteBeforeReplace?: boolean; protect?: boolean };
}

/** What the state's folder does wrong; see disk-faults.mjs. */
export type DiskFault = { at: number; only?: DiskCall[] } & (
  | { do: "kill" | "tear" | "powercut" | "wait" }
  | { do: "fail"; code: "ENOSPC" | "EIO" | "EROFS"; once?: boolean }
);
type DiskCall = "write" | "sync" | "rename" | "open" | "remove" | "link" | "mkdir" | "truncate";

export interface RunOptions {
  /** `<verb>:<number>:<phase>`: the moment at which the handler ends its process. */
  step?: string;
  disk?: DiskFault;
  env?: NodeJS.ProcessEnv;
  /** A file that receives the calls that the disk fault counts. */
  trace?: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Standard output and standard error as they came. */
  output: string;
  milliseconds: number;
}

export interface Running {
  process: ChildProcess;
  output(): string;
  ended: Promise<Ended>;
  /** Resolves when the output has the text. @throws {Error} when the process ends without */
  says(text: string | RegExp): Promise<void>;
}

/** A file in the folder of things. */
export interface Thing {
  id: string;
  name: string;
  properties: Record<string, unknown>;
}

/** A project in a folder of its own, whose program declares files as things. */
export interface CrashProject extends Disposable {
  folder: string;
  declared: Declared[];
  declare(resources: Declared[]): void;
  start(args: string[], options?: RunOptions): Running;
  run(args: string[], options?: RunOptions): Promise<Ended>;
  things(): Thing[];
  change(name: string, properties: Record<string, unknown>): void;
  lose(name: string): void;
  /** Makes the handler or the disk wait (`hold-<name>`, `hold-disk`), wait whatever it is told (`deaf-<name>`) or fail (`failing-<name>`). */
  mark(what: string, present?: boolean): void;
  /** Resolves when the handler has come to a held thing, or the disk to a held call (`disk`). */
  holding(name: string): Promise<void>;
  /** The ids in the state's file. Only for states that were written to the end. */
  remembered(): string[];
  /** Files of the state's folder, relative to it. */
  stateFiles(): string[];
  /** The passphrase that the engine made up, if it has. */
  passphrase(): string | undefined;
  copy(): Promise<CrashProject>;
}

/** @param options.quick whether a small stand-in for Pulumi's runner runs the program: it starts much sooner */
export function crashProject(resources: Declared[], { quick = false } = {}): CrashProject {
  const folder = mkdtempSync(path.join(tmpdir(), "crash-"));
  const own = path.join(folder, "node_modules/pulumi-kvm");
  mkdirSync(own, { recursive: true });
  const sdk = path.join(folder, "node_modules/@pulumi/pulumi");
  mkdirSync(path.dirname(sdk));
  if (quick) placeQuickRunner(sdk);
  else symlinkSync(path.join(repository, "node_modules/@pulumi/pulumi"), sdk);
  const exports = { "./provider": "./things.mjs", "./package.json": "./package.json" };
  writeFileSync(path.join(own, "package.json"), JSON.stringify({ name: "pulumi-kvm", version: "0.0.0", exports }));
  place("things.mjs", path.join(own, "things.mjs"));
  place("program.cjs", path.join(folder, "index.js"));
  writeFileSync(path.join(folder, "Pulumi.yaml"), PROJECT);
  writeFileSync(path.join(folder, "package.json"), "{}");
  mkdirSync(path.join(folder, "things"));
  const project = projectIn(folder);
  project.declare(resources);
  return project;
}

const PROJECT = JSON.stringify({
  name: "crash",
  main: "index.js",
  runtime: { name: "nodejs", options: { typescript: false } },
  backend: { url: "file://." },
  options: { refresh: "always" },
});

function placeQuickRunner(sdk: string): void {
  mkdirSync(path.join(sdk, "cmd/run"), { recursive: true });
  writeFileSync(path.join(sdk, "package.json"), JSON.stringify({ name: "@pulumi/pulumi", version: "3.248.0" }));
  place("quick-runner.cjs", path.join(sdk, "cmd/run/index.js"));
}

function place(name: string, file: string): void {
  writeFileSync(file, readFileSync(path.join(import.meta.dirname, name)));
}

function projectIn(folder: string, resources: Declared[] = []): CrashProject {
  const things = path.join(folder, "things");
  const fileOf = (id: string) => path.join(things, `${id}.json`);
  const named = (name: string) => {
    const thing = project.things().find((candidate) => candidate.name === name);
    if (thing === undefined) throw new Error(`There is no thing "${name}"`);
    return thing;
  };
  const project: CrashProject = {
    folder,
    declared: resources,
    declare(wanted) {
      project.declared = wanted;
      writeFileSync(path.join(folder, "program.json"), JSON.stringify(wanted));
    },
    start: (args, options = {}) => start(folder, args, options),
    run: (args, options) => project.start(args, options).ended,
    things: () =>
      readdirSync(things)
        .filter((file) => file.endsWith(".json"))
        .sort()
        .map((file) => {
          const id = file.slice(0, -".json".length);
          const properties = JSON.parse(readFileSync(fileOf(id), "utf8")) as Record<string, unknown>;
          return { id, name: id.split(".")[0] ?? "", properties };
        }),
    change(name, properties) {
      const thing = named(name);
      writeFileSync(fileOf(thing.id), JSON.stringify({ ...thing.properties, ...properties }));
    },
    lose: (name) => rmSync(fileOf(named(name).id)),
    mark: (what, present = true) =>
      present ? writeFileSync(path.join(things, what), "") : rmSync(path.join(things, what), { force: true }),
    holding: (name) => until(() => existsSync(path.join(things, `holding-${name}`)), `"${name}" is held`),
    remembered() {
      const file = path.join(folder, ".pulumi/stacks/crash/dev.json");
      const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as StateFile;
      return (checkpoint.latest.resources ?? [])
        .filter(({ type }) => type === "pulumi-nodejs:dynamic/kvm:Thing")
        .map(({ id = "" }) => id)
        .sort();
    },
    stateFiles: () => readdirSync(path.join(folder, ".pulumi"), { recursive: true }).map(String).sort(),
    passphrase() {
      const file = path.join(folder, ".pulumi/passphrase");
      return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
    },
    async copy() {
      const twin = mkdtempSync(path.join(tmpdir(), "crash-"));
      await cp(folder, twin, { recursive: true, verbatimSymlinks: true });
      return projectIn(twin, project.declared);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  return project;
}

interface StateFile {
  checkpoint: { latest: { resources?: { type: string; id?: string }[] } };
}

function start(folder: string, args: string[], { step, disk, env = {}, trace }: RunOptions): Running {
  const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE, PULUMI_PARALLEL, ...inherited } =
    process.env;
  const began = performance.now();
  const child = spawn(process.execPath, [...(disk === undefined ? [] : ["--import", preload]), cli, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited,
      NO_COLOR: "1",
      PULUMI_SDK: path.join(repository, "package.json"),
      PULUMI_HOME: path.join(folder, "pulumi-home"),
      ...(step === undefined ? {} : { CRASH_STEP: step }),
      ...(disk === undefined ? {} : { CRASH_DISK: JSON.stringify({ root: folder, ...disk }) }),
      ...(trace === undefined ? {} : { CRASH_DISK_TRACE: trace }),
      ...env,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const ended = once(child, "close").then(
    ([code, signal]): Ended => ({ code, signal, output, milliseconds: performance.now() - began }),
  );
  return {
    process: child,
    output: () => output,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (typeof text === "string" ? output.includes(text) : text.test(output)) resolve();
        };
        for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
        look();
        void ended.then(() => reject(new Error(`kvm-compose ended without saying ${text}:\n${output}`)));
      }),
  };
}

/** Waits for a condition that only the file system tells. */
export async function until(holds: () => boolean, what: string, { seconds = 20 } = {}): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
