import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repository } from "../cache.js";
import { type TestEvent, unfinished } from "./events.js";
import type { Ending } from "./results.js";

/** node's arguments for a test file; relative to the repository, where it runs. */
export function nodeArguments(file: string): string[] {
  const reporter = path.join(import.meta.dirname, "reporter.ts");
  return ["--import", "tsx", `--test-reporter=${reporter}`, "--test-reporter-destination=stdout", file];
}

export interface Watched {
  argv: string[];
  env: NodeJS.ProcessEnv;
  /** Where the reporter writes. */
  report: string;
  /** Where stdout and stderr go. */
  log: string;
  limitSeconds: number;
}

/** How long a process may live on while none of its tests is running. */
const idleMs = 30_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child);
});

/** Runs a test process to its end, and ends it when it exceeds the limit or lingers after its last test. */
export async function watch({
  argv,
  env,
  report,
  log,
  limitSeconds,
}: Watched): Promise<Ending & { events: TestEvent[] }> {
  const output = openSync(log, "a");
  const [program = "", ...args] = argv;
  // A process group of its own, so that what it started ends with it.
  const child = spawn(program, args, { cwd: repository, env, stdio: ["ignore", output, output], detached: true });
  closeSync(output);
  running.add(child);
  let killed: string | undefined;
  const kill = (reason: string) => {
    killed ??= reason;
    killGroup(child);
  };
  const limit = setTimeout(() => kill(`it did not finish within ${limitSeconds} s`), limitSeconds * 1000);
  let seen = 0;
  let changed = Date.now();
  const poll = setInterval(async () => {
    const events = await readEvents(report);
    if (events.length !== seen) changed = Date.now();
    seen = events.length;
    if (seen === 0 || unfinished(events).length > 0 || Date.now() - changed < idleMs) return;
    kill(`its process did not end after its tests: something was left open (waited ${idleMs / 1000} s)`);
  }, 1000);
  const ending = await new Promise<Pick<Ending, "code" | "signal">>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  }).finally(() => {
    clearTimeout(limit);
    clearInterval(poll);
    killGroup(child);
    running.delete(child);
  });
  const printed = (await readFile(log, "utf8")).trim().split("\n").slice(-200).join("\n");
  return { ...ending, ...(killed === undefined ? {} : { killed }), output: printed, events: await readEvents(report) };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // nothing of the group is left
  }
}

async function readEvents(file: string): Promise<TestEvent[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line): TestEvent => JSON.parse(line));
}
