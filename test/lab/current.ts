import path from "node:path";
import { execa } from "execa";
import type { RunOptions, RunResult } from "./namespaces.js";

/** The lab host that a `*.lab.test.ts` file runs in; the test runner starts a fresh one for each file. */
export interface CurrentHost {
  readonly name: string;
  /** Its management address, where hosts started from here and its own sshd find it. */
  readonly address: string;
  readonly stateDir: string;
  run(argv: readonly [string, ...string[]], options?: RunOptions): Promise<RunResult>;
  stopLibvirt(): Promise<void>;
  startLibvirt(): Promise<void>;
}

/** @throws outside of lab hosts, so that no test touches the machine by mistake */
export function currentHost(): CurrentHost {
  const { LAB_NAME: name, LAB_ADDRESS: address, LAB_STATE: stateDir } = process.env;
  if (name === undefined || address === undefined || stateDir === undefined) {
    throw new Error("Cannot use the current lab host: this process runs in none, start it through scripts/test.ts");
  }
  const daemon = async (action: string) => {
    await run([path.join(import.meta.dirname, "daemons.sh"), action, "libvirt"]);
  };
  return { name, address, stateDir, run, stopLibvirt: () => daemon("stop"), startLibvirt: () => daemon("start") };
}

async function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
  const { input, env = {}, cwd = "/root", timeout = 60_000, check = true } = options;
  const [program, ...args] = argv;
  const stdin = input === undefined ? { stdin: "ignore" as const } : { input };
  const result = await execa(program, args, { ...stdin, env, cwd, timeout, killSignal: "SIGKILL", reject: check });
  return { stdout: String(result.stdout), stderr: String(result.stderr), exitCode: result.exitCode ?? -1 };
}
