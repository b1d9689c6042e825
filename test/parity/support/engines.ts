import type { ChildProcess } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { PROGRAM_PRELOAD } from "../../../engine/program-preload.js";
import type { Interruption } from "../story.js";
import { PASSPHRASE, type World } from "./world.js";

/** One of the two commands that tell a story. */
export interface Engine {
  name: "embedded" | "pulumi";
  /** Makes the stack `dev`. */
  prepare(world: World): Promise<void>;
  run(
    world: World,
    args: string[],
    more: { env: Record<string, string>; interrupt?: Interruption | undefined },
  ): Promise<Ran>;
}

export interface Ran {
  /** `undefined`: it was killed. */
  exitCode: number | undefined;
  output: string;
}

const main = resolve(import.meta.dirname, "../../../dist/cli/main.js");

export const embedded: Engine = {
  name: "embedded",
  async prepare() {},
  run: (world, args, more) => run(world, [process.execPath, main, ...args], more),
};

export const pulumi: Engine = {
  name: "pulumi",
  async prepare(world) {
    const { exitCode, output } = await this.run(world, ["stack", "init", "dev"], { env: {} });
    if (exitCode !== 0) throw new Error(`Cannot make a stack: ${output}`);
  },
  // Without it, Node 20 computes for half a minute before it prints that a program threw.
  run: (world, args, { env, ...more }) =>
    run(world, ["pulumi", "--non-interactive", ...args], {
      ...more,
      env: { NODE_OPTIONS: `--import=${PROGRAM_PRELOAD}`, ...env },
    }),
};

/** Why the Pulumi CLI cannot be asked; `undefined`: it can. */
export function pulumiMissing(): string | undefined {
  const found = (process.env.PATH ?? "").split(":").some((folder) => isExecutable(join(folder, "pulumi")));
  return found ? undefined : "the Pulumi CLI is not on PATH";
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function run(
  world: World,
  [program = "", ...args]: string[],
  { env, interrupt }: { env: Record<string, string>; interrupt?: Interruption | undefined },
): Promise<Ran> {
  const takesParallel = /^(up|preview|refresh|destroy)$/;
  const parallel = args.some((arg) => takesParallel.test(arg)) ? ["--parallel", "1"] : [];
  const child = execa(program, [...args, ...parallel], {
    cwd: world.project,
    env: { ...environment(world), ...env },
    extendEnv: false,
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: 120_000,
  });
  if (interrupt !== undefined) await interruptAt(world, child, child.all, interrupt);
  const { exitCode, all, timedOut } = await child;
  if (timedOut) throw new Error(`"${[program, ...args].join(" ")}" did not end:\n${all}`);
  return { exitCode, output: all };
}

/** This process's environment without what would lead elsewhere. */
function environment(world: World): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => !/^(PULUMI_|NODE_TEST_CONTEXT$)/.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(inherited),
    PULUMI_HOME: join(world.folder, "home"),
    PULUMI_BACKEND_URL: `file://${world.state}`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_STACK: "dev",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    NO_COLOR: "1",
    THINGS: world.things,
    THINGS_PACKAGE: "pulumi-kvm",
  };
}

async function interruptAt(
  world: World,
  child: ChildProcess,
  output: Readable,
  { at, how }: Interruption,
): Promise<void> {
  const isThere = () => world.log().some(({ call, id }) => `${call} ${id}` === at);
  await until(() => isThere() || child.exitCode !== null, `the handler is called to "${at}"`);
  if (!isThere()) throw new Error(`The command ended before the handler was called to "${at}"`);
  const { pid } = child;
  if (pid === undefined) throw new Error("The command never started");
  if (how === "kill") {
    // What the command started would otherwise go on: it is as if the machine had lost its power.
    for (const victim of [pid, ...descendants(pid)]) process.kill(victim, "SIGKILL");
    return;
  }
  const noticed = new Promise<void>((resolve) => {
    output.on("data", (data: Buffer) => /cancel|interrupt/i.test(String(data)) && resolve());
  });
  child.kill("SIGINT");
  await noticed;
  if (how === "interrupt twice") child.kill("SIGINT");
  else for (const name of new Set(world.log().map((call) => call.name))) world.mark(`hanging-${name}`, false);
}

/** The processes below a process, from the kernel's table. */
function descendants(ancestor: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended in the meantime.
    }
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(ancestor);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const start = Date.now(); !condition(); await sleep(10)) {
    if (Date.now() - start > 60_000) throw new Error(`Waited for a minute in vain until ${what}`);
  }
}
