import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openCrypter } from "../../../engine/secrets.js";
import { type Call, PASSPHRASE, SALT, type StoredResource, type World } from "./world.js";

/** What a step came to, without what is different in each run: times, random identifiers, ciphertexts, paths. */
export interface Observation {
  exitCode: number;
  /** Of the handler: those that make, change or delete, in order. */
  calls: string[];
  /** Of the handler: the others, by thing, each thing's in order. */
  asked: string[];
  things: string[];
  /** The state's resources in its order. */
  state: string[];
  pending: string[];
  /** What the operation was recorded as. */
  history: string[];
  /** How many resources a preview said would be created and so on. */
  plan?: string;
}

/** Observes a step after it ran. `history` is how many entries there were before. */
export async function observe(
  world: World,
  { exitCode, output, history, isPreview }: { exitCode: number; output: string; history: number; isPreview: boolean },
): Promise<Observation> {
  const log = world.log();
  const isMaking = ({ call }: Call) => /^(create|update|delete)$/.test(call);
  const latest = latestOf(world);
  const resources = await Promise.all((latest.resources ?? []).map(describeResource));
  return {
    exitCode,
    calls: log.filter(isMaking).map(describeCall),
    asked: log
      .filter((call) => !isMaking(call))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(describeCall),
    things: world.existing().map((id) => `${id} ${text(world.thing(id))}`),
    state: resources,
    pending: (latest.pending_operations ?? []).map(({ type, resource }) => `${type} ${shorten(resource.urn)}`),
    history: historyOf(world).slice(history),
    ...(isPreview ? { plan: planIn(output) } : {}),
  };
}

export function historyOf({ state }: World): string[] {
  const folder = join(state, ".pulumi/history/parity/dev");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".history.json"));
  return names.sort().map((name) => {
    const { kind, result, resourceChanges } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    return `${kind} ${result} ${countsOf(Object.entries(resourceChanges ?? {}) as [string, number][])}`;
  });
}

interface Latest {
  resources?: StoredResource[];
  pending_operations?: { type: string; resource: { urn: string } }[];
}

function latestOf({ state }: World): Latest {
  const file = join(state, ".pulumi/stacks/parity/dev.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).checkpoint.latest ?? {}) : {};
}

/** `update a.1 {"size":1} -> {"size":2}` and the like, one line each. */
function describeCall({ call, name, id, olds, news, props }: Call): string {
  const before = olds === undefined || Object.keys(olds).length === 0 ? "" : ` ${text(withCode(olds))} ->`;
  return shorten(`${call} ${id ?? name}${before} ${text(withCode(props ?? news ?? {}))}`);
}

async function describeResource(resource: StoredResource): Promise<string> {
  const {
    urn,
    type,
    created: _created,
    modified: _modified,
    sourcePosition: _at,
    stackTrace: _stack,
    ...rest
  } = resource;
  const isProvider = String(type).startsWith("pulumi:providers:");
  if (isProvider) rest.id = "<id>";
  for (const side of ["inputs", "outputs"]) {
    if (String(type).startsWith("pulumi-nodejs:")) rest[side] = withCode((rest[side] ?? {}) as Record<string, unknown>);
  }
  const crypter = await openCrypter(PASSPHRASE, SALT);
  const clear = mapValues(rest, (value) => revealed(value, crypter.decrypt));
  return shorten(`${urn} ${text(clear as Record<string, unknown>)}`);
}

/** The handler's code is mentioned only where it is missing. */
function withCode(properties: Record<string, unknown>): Record<string, unknown> {
  return "__provider" in properties ? properties : { ...properties, __provider: "missing" };
}

function revealed(value: Record<string, unknown>, decrypt: (text: string) => string): unknown {
  if (value["4dabf18193072939515e22adb298388d"] !== "1b47061264138c4ac30d75fd1eb44270") return value;
  const { ciphertext, plaintext } = value as { ciphertext?: string; plaintext?: string };
  return { SECRET: JSON.parse(plaintext ?? decrypt(ciphertext ?? "")) };
}

/** Applies `change` to every object in a value, inner ones first. */
function mapValues(value: unknown, change: (value: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => mapValues(element, change));
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([key, element]) => [key, mapValues(element, change)]);
  return change(Object.fromEntries(inner));
}

/** Keys in the order of the alphabet. The two packages of handlers tell the same story. */
function text(value: unknown): string {
  return JSON.stringify(
    mapValues(value, (object) =>
      Object.fromEntries(
        Object.entries(object)
          .filter(([key, inner]) => key !== "__provider" || !isUsualCode(inner))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    ),
  );
}

/** The code, or that it depends on nothing. */
function isUsualCode(value: unknown): boolean {
  return typeof value === "string" ? CODE.test(value) : Array.isArray(value) && value.length === 0;
}

const CODE = /^exports\.handler = \(\) => require\("(pulumi-kvm|foreign-things)\/provider"\)\.Thing$/;

function shorten(line: string): string {
  return line
    .replaceAll("urn:pulumi:dev::parity::", "")
    .replaceAll(/pulumi:providers:pulumi-nodejs::default::[0-9a-f-]{36}/g, "PROVIDER")
    .replaceAll(/(pulumi:providers:pulumi::default)::[0-9a-f-]{36}/g, "$1::<id>")
    .replaceAll("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "UNKNOWN")
    .replaceAll("pulumi-nodejs:dynamic/kvm:Thing", "Thing")
    .replaceAll("pulumi:pulumi:Stack::parity-dev", "STACK");
}

/** Both commands sum a preview up as `2 to create, 1 unchanged`, each in its own way. */
function planIn(output: string): string {
  const found = [...output.matchAll(/(\d+) (?:to ([a-z-]+)|(unchanged))/g)];
  return countsOf(found.map(([, count, op, same]) => [op ?? (same === undefined ? "" : "same"), Number(count)]));
}

function countsOf(counts: [string, number][]): string {
  return counts
    .filter(([, count]) => count > 0)
    .map(([op, count]) => `${op} ${count}`)
    .sort()
    .join(", ");
}
