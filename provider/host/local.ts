import { createReadStream } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import pLimit from "p-limit";
import { CommandError } from "./command-error.js";
import type { HostConnection } from "./connection.js";
import { withFlock } from "./flock.js";
import type { Command, FileStat, Host, RunOptions, RunResult, Session } from "./host.js";
import { storePaths } from "./paths.js";

/** More processes at once than this only make a hypervisor slower. */
const PROCESSES_AT_ONCE = 8;

/** The machine that runs the program. */
export function localHost(connection: HostConnection): Host {
  const paths = storePaths(connection.store);
  const limit = pLimit(PROCESSES_AT_ONCE);
  const sessions = new Set<Session>();
  const begin = (command: Command): Session => {
    const session = startSession(connection.name, command);
    sessions.add(session);
    void session.ended.finally(() => sessions.delete(session));
    return session;
  };
  return {
    name: connection.name,
    uri: connection.uri,
    paths,
    run: (command, options = {}) => limit(() => runCommand(connection.name, command, options)),
    start: begin,
    readFile: readRange,
    writeFile: (path, data, options) => explaining(connection.name, path, writeAtomically(path, data, options)),
    async writeStream(path, data, { mode, signal }) {
      const opened = mkdir(dirname(path), { recursive: true }).then(() => open(path, "wx", mode));
      const file = await explaining(connection.name, path, opened);
      await pipeline(data, file.createWriteStream({ flush: true }), ...(signal === undefined ? [] : [{ signal }]));
    },
    readStream: (path) => createReadStream(path),
    async removeFile(path) {
      const existed = (await absentAs(undefined, stat(path))) !== undefined;
      await rm(path, { force: true });
      return existed;
    },
    renameFile: rename,
    setMode: chmod,
    stat: statFile,
    list: (path) => absentAs([], readdir(path)),
    async makeDirectory(path) {
      await mkdir(path, { recursive: true, mode: 0o755 });
    },
    exclusive: (lock, work, signal) => withFlock({ start: begin, paths }, lock, work, signal),
    dial,
    close: () => {
      for (const session of sessions) session.end();
    },
  };
}

async function runCommand(host: string, command: Command, options: RunOptions): Promise<RunResult> {
  const [file, ...args] = command;
  const timeout = options.timeout ?? 120;
  const result = await execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    env: { LC_ALL: "C" },
    timeout: timeout * 1000,
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  if (result.exitCode !== undefined && (options.exitCodes ?? [0]).includes(result.exitCode)) {
    return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
  }
  const cause = result.isCanceled
    ? "Aborted"
    : result.timedOut
      ? `Timed out after ${timeout} s`
      : result.exitCode !== undefined
        ? `Exit code ${result.exitCode}`
        : result.signal !== undefined
          ? `Killed by ${result.signal}`
          : `Could not be started (${result.code ?? result.originalMessage})`;
  throw new CommandError({
    command,
    host,
    cause,
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: result.stderr,
  });
}

function startSession(host: string, command: Command): Session {
  const [file, ...args] = command;
  const child = execa(file, args, {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
    env: { LC_ALL: "C" },
  });
  const ended = child.then((result) => {
    if (result.exitCode === undefined && result.signal === undefined) {
      const cause = `Could not be started (${result.code ?? "unknown"})`;
      throw new CommandError({ command, host, cause, exitCode: undefined, stdout: "", stderr: "" });
    }
  });
  ended.catch(() => undefined);
  child.stdin.on("error", () => undefined);
  const streams = [child.stdin, child.stdout, child.stderr] as unknown as { ref?(): void; unref?(): void }[];
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    end: () => child.kill(),
    keepAlive(yes) {
      for (const part of [child, ...streams]) yes ? part.ref?.() : part.unref?.();
    },
  };
}

async function readRange(path: string, range?: { position?: number; length: number }): Promise<Buffer | undefined> {
  if (range === undefined) return absentAs(undefined, readFile(path));
  const file = await absentAs(undefined, open(path, "r"));
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(range.length), 0, range.length, range.position ?? 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function writeAtomically(path: string, data: string | Buffer, { mode }: { mode: number }): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${process.hrtime.bigint().toString(36)}.tmp`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What a person can do about it, for failures that are not ours. The code stays for callers that know more. */
async function explaining<T>(host: string, path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const [, reason] = WRITE_FAILURES.find(([codes]) => codes.split(" ").includes(code)) ?? [];
    if (reason === undefined) throw error;
    throw Object.assign(new Error(`Cannot write ${path} on host "${host}": ${reason}`, { cause: error }), { code });
  }
}

const WRITE_FAILURES = [
  ["ENOSPC EDQUOT", "the disk is full; free some space or give the host another store"],
  ["EACCES EPERM", "permission denied; run as root or give the host a store that you may write to"],
  ["EROFS", "the file system is read-only; give the host another store"],
] as const;

async function statFile(path: string): Promise<FileStat | undefined> {
  const found = await absentAs(undefined, stat(path, { bigint: true }));
  if (found === undefined) return undefined;
  return {
    size: Number(found.size),
    mtime: found.mtimeNs.toString(),
    inode: found.ino.toString(),
    mode: Number(found.mode & 0o7777n),
    kind: found.isFile() ? "file" : found.isDirectory() ? "directory" : "other",
  };
}

/** Only "no such file" means absent. */
async function absentAs<T>(absent: T, work: Promise<NoInfer<T>>): Promise<T>;
async function absentAs<T, A>(absent: A, work: Promise<T>): Promise<T | A>;
async function absentAs<T, A>(absent: A, work: Promise<T>): Promise<T | A> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return absent;
    throw error;
  }
}

function dial(address: string, port: number, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeout * 1000, () => fail(new Error(`no connection to ${address}:${port} within ${timeout} s`)));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}
