import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { openCrypter } from "../../../engine/secrets.js";

/** A project in a folder of its own, the files that are its things, and its state. */
export interface World {
  folder: string;
  project: string;
  things: string;
  state: string;
  program(source: string): void;
  /** The things that exist. */
  existing(): string[];
  thing(id: string): Record<string, unknown>;
  /** What the handler was called with, as it came. */
  log(): Call[];
  clearLog(): void;
  /** Makes the handler misbehave, such as `failing-a`; `false` makes it behave again. */
  mark(what: string, present?: boolean): void;
  /** Somebody else changes, or deletes, a thing. */
  change(id: string, properties: Record<string, unknown>): void;
  lose(id: string): void;
  /** Sets the stack's configuration; secrets as `{ secret: "text" }`. */
  configure(values: Record<string, string | { secret: string }>): Promise<void>;
  /** A process on another machine locks the stack, or lets go of it. */
  lock(): void;
  unlock(): void;
  /** Edits the state's resources. */
  edit(change: (resources: StoredResource[]) => StoredResource[]): void;
  /** Everything that another world needs to go on from here. */
  export(): Snapshot;
  import(snapshot: Snapshot): void;
  [Symbol.dispose](): void;
}

/** What one engine leaves to the other. */
export interface Snapshot {
  checkpoint: unknown;
  /** Pulumi.dev.yaml */
  configuration: string;
  program: string;
  things: Record<string, Record<string, unknown>>;
  /** The files that make the handler misbehave. */
  marks: string[];
  /** How many things of each name were made: identifiers count on. */
  made: Record<string, number>;
}

export interface Call {
  call: string;
  name: string;
  id?: string;
  olds?: Record<string, unknown>;
  news?: Record<string, unknown>;
  props?: Record<string, unknown>;
  pid: number;
}

export type StoredResource = Record<string, unknown> & { urn: string };

export const PASSPHRASE = "test";

/** Of every story's stack, so that its key need be derived only once. */
export const SALT = "v1:wTRcEUjbtEA=:v1:BwvbszSkdwT8dpcV:3xtN3XsZbMFUwAUjEZiTQADBbSU8uw==";

const fixture = resolve(import.meta.dirname, "../fixture");

export function makeWorld({ options = {} }: { options?: Record<string, unknown> | undefined } = {}): World {
  const folder = mkdtempSync(join(tmpdir(), "parity-"));
  const [project, things, state] = ["project", "things", "state"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [project, things, state]) mkdirSync(made);
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(project, "Pulumi.yaml"), JSON.stringify({ name: "parity", main: "index.js", runtime, options }));
  writeFileSync(join(project, "package.json"), "{}");
  const stackFile = join(project, "Pulumi.dev.yaml");
  writeFileSync(stackFile, JSON.stringify({ encryptionsalt: SALT }));
  cpSync(join(fixture, "things.js"), join(project, "things.js"));
  installPackages(join(project, "node_modules"));
  const logFile = join(things, "log");
  writeFileSync(logFile, "");
  const checkpointFile = join(state, ".pulumi/stacks/parity/dev.json");
  const lockFile = join(state, ".pulumi/locks/organization/parity/dev/00000000-0000-4000-8000-000000000000.json");
  const thingFile = (id: string) => join(things, `${id}.thing`);
  const programFile = join(project, "index.js");
  const read = (id: string) => JSON.parse(readFileSync(thingFile(id), "utf8"));
  const existing = () =>
    readdirSync(things)
      .filter((name) => name.endsWith(".thing"))
      .map((name) => name.slice(0, -".thing".length))
      .sort();
  let cleared = 0;
  return {
    folder,
    project,
    things,
    state,
    program: (source) => writeFileSync(programFile, `${PRELUDE}${source}\n`),
    thing: read,
    existing,
    log: () => callsIn(logFile).slice(cleared),
    clearLog: () => {
      cleared = callsIn(logFile).length;
    },
    mark: (what, present = true) =>
      present ? writeFileSync(join(things, what), "") : rmSync(join(things, what), { force: true }),
    change: (id, properties) => writeFileSync(thingFile(id), JSON.stringify({ ...read(id), ...properties })),
    lose: (id) => rmSync(thingFile(id)),
    async configure(values) {
      const crypter = await openCrypter(PASSPHRASE, SALT);
      const config = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          typeof value === "string" ? value : { secure: crypter.encrypt(value.secret) },
        ]),
      );
      writeFileSync(stackFile, JSON.stringify({ encryptionsalt: SALT, config }));
    },
    lock() {
      const holder = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date().toISOString() };
      mkdirSync(dirname(lockFile), { recursive: true });
      writeFileSync(lockFile, JSON.stringify(holder));
    },
    unlock: () => rmSync(lockFile),
    edit(change) {
      const stored = JSON.parse(readFileSync(checkpointFile, "utf8"));
      stored.checkpoint.latest.resources = change(stored.checkpoint.latest.resources);
      writeFileSync(checkpointFile, JSON.stringify(stored));
    },
    export: () => ({
      checkpoint: JSON.parse(readFileSync(checkpointFile, "utf8")),
      configuration: readFileSync(stackFile, "utf8"),
      program: readFileSync(programFile, "utf8"),
      things: Object.fromEntries(existing().map((id) => [id, read(id)])),
      marks: readdirSync(things).filter((name) => !name.endsWith(".thing") && name !== "log"),
      made: madeIn(callsIn(logFile)),
    }),
    import({ checkpoint, configuration, program, things: kept, marks, made }) {
      mkdirSync(dirname(checkpointFile), { recursive: true });
      writeFileSync(join(state, ".pulumi/meta.yaml"), "version: 1\n");
      writeFileSync(checkpointFile, JSON.stringify(checkpoint));
      writeFileSync(stackFile, configuration);
      writeFileSync(programFile, program);
      for (const [id, thing] of Object.entries(kept)) writeFileSync(thingFile(id), JSON.stringify(thing));
      for (const mark of marks) writeFileSync(join(things, mark), "");
      const calls = Object.entries(made).flatMap(([name, count]) => Array(count).fill({ call: "create", name }));
      writeFileSync(logFile, calls.map((call) => `${JSON.stringify(call)}\n`).join(""));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const PRELUDE = `const { pulumi, Thing, Group, thing, group } = require("./things");\n`;

function callsIn(logFile: string): Call[] {
  const lines = readFileSync(logFile, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Call);
}

function madeIn(calls: Call[]): Record<string, number> {
  const made: Record<string, number> = {};
  for (const { call, name } of calls) if (call === "create") made[name] = (made[name] ?? 0) + 1;
  return made;
}

/** The SDK as installed here, and the handler in two packages: as this one's own, and as a stranger's. */
function installPackages(modules: string): void {
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  symlinkSync(sdk, join(modules, "@pulumi/pulumi"));
  for (const name of ["pulumi-kvm", "foreign-things"]) {
    mkdirSync(join(modules, name));
    const exports = { "./provider": "./provider.mjs", "./package.json": "./package.json" };
    writeFileSync(join(modules, name, "package.json"), JSON.stringify({ name, version: "0.0.0", exports }));
    cpSync(join(fixture, "provider.mjs"), join(modules, name, "provider.mjs"));
  }
}
