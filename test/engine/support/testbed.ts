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
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineEvent, StepMetadata } from "../../../engine/events.js";
import { type DestroyOptions, destroy } from "../../../engine/operations/destroy.js";
import type { OperationOptions, OperationResult } from "../../../engine/operations/options.js";
import { preview } from "../../../engine/operations/preview.js";
import { refresh } from "../../../engine/operations/refresh.js";
import { up } from "../../../engine/operations/up.js";
import { loadProject, type Project } from "../../../engine/project.js";

/** A project in a folder of its own, whose program the test writes and whose things are files. */
export interface Testbed {
  directory: string;
  /** Where the things are. */
  things: string;
  project: Project;
  /** Replaces the program. `thing(name, inputs, options)` makes a thing; `pulumi` is the SDK. */
  program(source: string): void;
  /** The things that exist. */
  existing(): string[];
  thing(id: string): Record<string, unknown>;
  change(id: string, properties: Record<string, unknown>): void;
  lose(id: string): void;
  /** Makes the handler misbehave: `failing-<name>`, `unhealthy-<name>`, `unreachable-<name>`, `undeletable-<name>`. */
  mark(what: string, present?: boolean): void;
  /** What the handler did, in order. */
  log(): string[];
  clearLog(): void;
  checkpointFile: string;
  state(): StoredState;
  preview(options?: Options): Promise<Observed>;
  up(options?: Options): Promise<Observed>;
  refresh(options?: Options & { dryRun?: boolean }): Promise<Observed>;
  destroy(options?: Partial<DestroyOptions>): Promise<Observed>;
  [Symbol.dispose](): void;
}

type Options = Partial<OperationOptions>;

export interface Observed extends OperationResult {
  events: EngineEvent[];
  /** `<op> <name>` of every finished step, without the engine's own. */
  steps: string[];
  messages: string[];
  step(name: string): StepMetadata;
}

export interface StoredState {
  resources: Record<string, unknown>[];
  pending_operations?: { type: string; resource: { urn: string } }[];
  named(name: string): Record<string, unknown> | undefined;
  /** The state's inputs or outputs of a resource. */
  inputs(name: string): Record<string, unknown>;
  outputs(name: string): Record<string, unknown>;
}

const PRELUDE = `
const pulumi = require("@pulumi/pulumi");
const folder = require("node:path").join(__dirname, "things");
class Thing extends pulumi.CustomResource {
  constructor(name, args, options) {
    const given = { name, folder, size2: undefined, token: undefined, serial: undefined, ...args };
    const code = 'exports.handler = () => require("pulumi-kvm/provider").Thing';
    super("pulumi-nodejs:dynamic/kvm:Thing", name, { ...given, __provider: code }, options);
  }
}
const thing = (name, args = {}, options = {}) => new Thing(name, args, options);
`;

export function makeTestbed(program: string, { refresh: refreshes = "" } = {}): Testbed {
  const directory = mkdtempSync(join(tmpdir(), "engine-test-"));
  const things = join(directory, "things");
  mkdirSync(things);
  const options = refreshes === "" ? "" : `options: {refresh: ${refreshes}}\n`;
  const runtime = "runtime: {name: nodejs, options: {typescript: false}}\n";
  writeFileSync(
    join(directory, "Pulumi.yaml"),
    `name: bed\n${runtime}main: index.js\nbackend: {url: "file://."}\n${options}`,
  );
  installModules(directory);
  writeFileSync(join(directory, "index.js"), PRELUDE + program);
  const project = loadProject(directory);
  if (project === undefined) throw new Error("Cannot load the test's project");
  const logFile = join(things, "log");
  const checkpointFile = join(directory, ".pulumi/stacks/bed/dev.json");
  const thingFile = (id: string) => join(things, `${id}.thing`);
  const base = { project, stack: "dev", env: testEnvironment(), cwd: directory, refresh: refreshes === "always" };
  const bed: Testbed = {
    directory,
    things,
    project,
    checkpointFile,
    program: (source) => writeFileSync(join(directory, "index.js"), PRELUDE + source),
    existing: () =>
      readdirSync(things)
        .filter((name) => name.endsWith(".thing"))
        .map((name) => name.slice(0, -6))
        .sort(),
    thing: (id) => JSON.parse(readFileSync(thingFile(id), "utf8")),
    change: (id, properties) => writeFileSync(thingFile(id), JSON.stringify({ ...bed.thing(id), ...properties })),
    lose: (id) => rmSync(thingFile(id)),
    mark: (what, present = true) => (present ? writeFileSync(join(things, what), "") : rmSync(join(things, what))),
    log: () => (existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n") : []),
    clearLog: () => rmSync(logFile, { force: true }),
    state: () => readState(checkpointFile),
    preview: (given) => observe(given, (extra) => preview({ ...base, ...given, ...extra })),
    up: (given) => observe(given, (extra) => up({ ...base, ...given, ...extra })),
    refresh: (given) => observe(given, (extra) => refresh({ ...base, ...given, ...extra })),
    destroy: (given) => observe(given, (extra) => destroy({ ...base, ...given, ...extra })),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
  return bed;
}

/** This process's environment without what would lead to other state, and with the tests' passphrase. */
export function testEnvironment(): NodeJS.ProcessEnv {
  const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE_FILE, PULUMI_PARALLEL, ...env } = process.env;
  return { ...env, PULUMI_CONFIG_PASSPHRASE: "test" };
}

/** The SDK as installed here, and this package as far as a program needs it: its handlers. */
function installModules(directory: string): void {
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  mkdirSync(join(directory, "node_modules/@pulumi"), { recursive: true });
  symlinkSync(sdk, join(directory, "node_modules/@pulumi/pulumi"));
  const own = join(directory, "node_modules/pulumi-kvm");
  mkdirSync(own);
  const exports = { "./provider": "./things.mjs", "./package.json": "./package.json" };
  writeFileSync(join(own, "package.json"), JSON.stringify({ name: "pulumi-kvm", version: "0.0.0", exports }));
  const source = readFileSync(resolve(fileURLToPath(import.meta.url), "../things.mjs"));
  writeFileSync(join(own, "things.mjs"), source);
}

interface StoredResource extends Record<string, unknown> {
  urn: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

function readState(file: string): StoredState {
  const { latest } = JSON.parse(readFileSync(file, "utf8")).checkpoint;
  const resources = (latest.resources ?? []) as StoredResource[];
  const named = (name: string) => resources.find(({ urn }) => urn.endsWith(`::${name}`));
  const properties = (name: string, side: "inputs" | "outputs") => named(name)?.[side] ?? {};
  return {
    ...latest,
    resources,
    named,
    inputs: (name) => properties(name, "inputs"),
    outputs: (name) => properties(name, "outputs"),
  };
}

async function observe(
  given: Options | undefined,
  operation: (extra: { onEvent: (event: EngineEvent) => void }) => Promise<OperationResult>,
): Promise<Observed> {
  const events: EngineEvent[] = [];
  const result = await operation({
    onEvent(event) {
      events.push(event);
      given?.onEvent?.(event);
    },
  });
  const finished = events.flatMap((event) =>
    event.kind === "resOutputs" && !event.metadata.internal ? [event.metadata] : [],
  );
  return {
    ...result,
    events,
    steps: finished.map(({ op, urn }) => `${op} ${nameIn(urn)}`),
    messages: events.flatMap((event) => (event.kind === "diagnostic" ? [event.message] : [])),
    step(name) {
      const found = finished.find(({ urn }) => nameIn(urn) === name);
      if (found === undefined) throw new Error(`No step of "${name}"`);
      return found;
    },
  };
}

function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
