import type { Duplex, Readable, Writable } from "node:stream";
import type { StorePaths } from "./paths.js";

/** An argument array. The first element is the program. Never a shell string. */
export type Command = readonly [string, ...string[]];

export interface RunOptions {
  /** Written to standard input. */
  input?: string | Buffer;
  /** Ends the process. */
  signal?: AbortSignal;
  /** Seconds until the process is ended. Default 120. */
  timeout?: number;
  /** Exit codes that are an answer rather than a failure. Default `[0]`. */
  exitCodes?: readonly number[];
}

export interface RunResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** A process that lives longer than one exchange. */
export interface Session {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Settles when the process has ended. */
  ended: Promise<void>;
  end(): void;
  /** Whether the process keeps ours alive (it does, until told otherwise). */
  keepAlive(yes: boolean): void;
}

export interface FileStat {
  /** Bytes. */
  size: number;
  /** Nanoseconds since the epoch, as a decimal string. */
  mtime: string;
  inode: string;
  mode: number;
  kind: "file" | "directory" | "other";
}

/**
 * A machine that guests run on. Absent files are `undefined`; everything else that goes wrong is thrown.
 * One object per host and process, shared by all operations.
 */
export interface Host {
  readonly name: string;
  readonly uri: string;
  readonly paths: StorePaths;
  /** @throws {CommandError} */
  run(command: Command, options?: RunOptions): Promise<RunResult>;
  start(command: Command): Session;
  /** The first `length` bytes (all when omitted) from `position`. */
  readFile(path: string, range?: { position?: number; length: number }): Promise<Buffer | undefined>;
  /** Written to a temporary name, synced and renamed: nobody ever sees half a file. Makes the folder. */
  writeFile(path: string, data: string | Buffer, options: { mode: number }): Promise<void>;
  /** Streams into a new file; `path` must not be in use by anybody else. Makes the folder. */
  writeStream(path: string, data: Readable, options: { mode: number; signal?: AbortSignal }): Promise<void>;
  readStream(path: string): Readable;
  /** @returns whether there was something to remove */
  removeFile(path: string): Promise<boolean>;
  renameFile(from: string, to: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a folder; empty when there is no such folder. */
  list(path: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  /** Runs the work while no other process on the host holds the lock of that name. */
  exclusive<T>(lock: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** A byte stream to a TCP port as the host reaches it: guests are visited through their host. */
  dial(address: string, port: number, timeout: number): Promise<Duplex>;
  close(): void;
}
