import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "../..");

/** Something the user can do something about: its message is the whole report. */
export class Trouble extends Error {}

/** The file of a program, looking also where root's programs are. */
export function findProgram(program) {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a short command and answers its output; `undefined` when it fails. */
export function query([program, ...args]) {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

/** Runs a long command silently, and says why it failed together with what it printed. */
export async function runQuietly(argv, { attempt, env = {} }) {
  const { code, output } = await runCaptured(argv, env);
  if (code === 0) return;
  throw new Trouble(`Cannot ${attempt}: ${argv.join(" ")} ended with exit code ${code}\n${shortened(output)}`);
}

/** Both ends: some programs begin with the reason, others end with it. */
function shortened(output) {
  const lines = output.trim().split("\n");
  return lines.length <= 40 ? lines.join("\n") : [...lines.slice(0, 15), "…", ...lines.slice(-25)].join("\n");
}

function runCaptured([program, ...args], env) {
  return new Promise((resolve, reject) => {
    // stdin stays: sudo may ask for a password (it prints to the terminal itself)
    const child = spawn(program, args, {
      cwd: repository,
      env: { ...process.env, ...env },
      stdio: ["inherit", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    // "exit", not "close": a daemon that a command leaves behind may hold the pipe
    child.once("exit", (code, signal) => setImmediate(() => resolve({ code: code ?? signal, output })));
  });
}

/** Runs the task itself; signals reach it as the rest of the terminal's process group. */
export function runInherited([program, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: repository, stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
