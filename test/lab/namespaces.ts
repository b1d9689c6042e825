import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { execa } from "execa";

/** What programs in a lab host see of the environment; nothing of ours leaks in. */
export const hostEnvironment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/root",
  USER: "root",
};

export interface Namespaced {
  process: ChildProcess;
  /** The next line of its output; rejects when it ends first. */
  line(): Promise<string>;
  /** Kills it, or `pid` in its place, and waits until it is gone. */
  kill(pid?: number): Promise<void>;
}

/**
 * Starts a program in new namespaces. It dies with this process, even when that is killed: the kernel signals `unshare`
 * when its parent goes, and `unshare` its child.
 */
export function spawnUnshared(
  flags: string[],
  argv: string[],
  { env = {}, log }: { env?: Record<string, string>; log?: number },
) {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...flags, ...argv], {
    stdio: ["pipe", "pipe", log ?? "ignore"],
    env: { ...hostEnvironment, ...env },
  });
  const { stdin, stdout } = child as { stdin: Socket | null; stdout: Socket | null };
  if (stdin === null || stdout === null) throw new Error("Cannot start a lab host: it has no pipes");
  // None of the three may keep a test process alive that forgot about the host.
  for (const handle of [child, stdin, stdout]) handle.unref();
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async line(): Promise<string> {
      stdout.ref();
      const { value, done } = await lines.next();
      stdout.unref();
      if (done === true) throw new Error("its first process ended");
      return value;
    },
    async kill(pid = child.pid): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null || pid === undefined) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.ref();
      process.kill(pid, "SIGKILL");
      await gone;
    },
  } satisfies Namespaced;
}

/** The process 1 behind an `unshare --fork`, as seen from here. */
export async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return Number(children.trim().split(" ")[0]);
}

/** Runs a batch of ip(8) commands in a network namespace. */
export async function ipBatch(namespace: string, commands: string[]): Promise<void> {
  const input = commands.map((line) => `${line}\n`).join("");
  await execa("nsenter", [`--net=${namespace}`, "ip", "-batch", "-"], { input });
}

export interface RunOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
  cwd?: string;
  /** Milliseconds; 60 s unless told. */
  timeout?: number;
  /** false: answer a non-zero exit code instead of throwing. */
  check?: boolean;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** The command line that runs `argv` in all namespaces of a process, and is killed with the nsenter that waits for it. */
export function enter(pid: number, cwd: string, argv: readonly string[]): string[] {
  const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc"];
  return [
    "nsenter",
    `--target=${pid}`,
    ...namespaces,
    "env",
    `--chdir=${cwd}`,
    "setpriv",
    "--pdeathsig",
    "KILL",
    ...argv,
  ];
}

export async function runIn(pid: number, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { input, env = {}, cwd = "/root", timeout = 60_000, check = true } = options;
  const [program = "", ...args] = enter(pid, cwd, argv);
  const result = await execa(program, args, {
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    env: { ...hostEnvironment, ...env },
    extendEnv: false,
    timeout,
    killSignal: "SIGKILL",
    reject: check,
  });
  return { stdout: String(result.stdout), stderr: String(result.stderr), exitCode: result.exitCode ?? -1 };
}
