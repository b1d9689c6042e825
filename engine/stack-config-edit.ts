import { realpath, stat } from "node:fs/promises";
import { type Document, isMap, isScalar, isSeq, Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { type ConfigPlace, isKeyOf, type PathPart } from "./config-path.js";
import type { StackFile } from "./stack-config.js";
import { writeFileAtomically } from "./state/files.js";

/** What a configuration value may be set to. `secure`: as ciphertext. */
export type ConfigScalar = string | number | boolean | { secure: string };

/**
 * Sets one value in `Pulumi.<stack>.yaml`, in memory. Comments and the order of everything else stay.
 * @throws {Error} where the path leads through something that is neither a map nor a list
 */
export function setConfigValue(
  file: StackFile,
  { project, place, value }: { project: string; place: ConfigPlace; value: ConfigScalar },
): void {
  const { document } = file;
  const config = configMap(file) ?? addConfigMap(document);
  let holder: Container = config;
  let part: PathPart = writtenKey(config, place, project) ?? place.key;
  for (const [depth, next] of place.inner.entries()) {
    holder = enter(document, holder, part, { place, depth, next });
    part = next;
  }
  if (place.inner.length > 0) refuseReserved(holder, part, value);
  put(document, holder, part, value);
}

/** Removes one value, in memory. @returns whether there was one */
export function removeConfigValue(
  file: StackFile,
  { project, place }: { project: string; place: ConfigPlace },
): boolean {
  const config = configMap(file);
  const key = config && writtenKey(config, place, project);
  if (config === undefined || key === undefined) return false;
  let holder: Container = config;
  let part: PathPart = key;
  for (const next of place.inner) {
    const inside: unknown = holder.get(part, true);
    if (!isContainer(inside) || (isSeq(inside) && typeof next !== "number")) return false;
    holder = inside;
    part = next;
  }
  if (isMap(holder) && place.inner.length > 0 && leavesSecure(holder, part)) {
    throw new Error('could not remove config: maps with the single key "secure" are reserved');
  }
  const removed = holder.delete(part);
  if (config.items.length === 0) file.document.delete("config");
  return removed;
}

/** Writes the file as it is in memory. */
export async function writeStackFile({ path, document }: StackFile): Promise<void> {
  // A link stays one, and nobody who could not read the file before can now.
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  );
  await writeFileAtomically(target, document.toString({ lineWidth: 0 }), { mode });
}

type Container = YAMLMap | YAMLSeq;

/** The map or list at `part`, which `next` leads into; made if there is nothing yet. */
function enter(
  document: Document,
  holder: Container,
  part: PathPart,
  { place, depth, next }: { place: ConfigPlace; depth: number; next: PathPart },
): Container {
  const fail = (at: number, what: string) => new Error(`could not set config: ${shown(place, at)}: ${what}`);
  const inside: unknown = holder.get(part, true);
  const isEmpty = inside === undefined || (isScalar(inside) && inside.value === null);
  const length = isSeq(inside) ? inside.items.length : 0;
  if (typeof next === "number" && next > length && !isMap(inside)) throw fail(depth + 1, "array index out of range");
  if (!isContainer(inside)) {
    // At the top a path takes the place of a simple value, as for Pulumi; further in that would be a mistake.
    if (!isEmpty && depth > 0) throw fail(depth, `expected ${typeof next === "number" ? "an array" : "a map"}`);
    const made = document.createNode(typeof next === "number" ? [] : {}) as Container;
    holder.set(part, made);
    return made;
  }
  if (isSeq(inside) && typeof next === "string") throw fail(depth + 1, "key for an array must be an int");
  if (isMap(inside) && typeof next === "number") throw fail(depth + 1, "key for a map must be a string");
  return inside;
}

/** A map with a text under `secure` and nothing else would be read as a secret. */
function refuseReserved(holder: Container, part: PathPart, value: ConfigScalar): void {
  if (part !== "secure" || typeof value !== "string" || !isMap(holder)) return;
  if (holder.items.every((pair) => nameOf(pair.key) === "secure")) {
    throw new Error('could not set config: maps with the single key "secure" are reserved');
  }
}

function configMap({ path, document }: StackFile): YAMLMap | undefined {
  if (document.contents !== null && !isMap(document.contents)) {
    throw new Error(`Cannot read "${path}": it must be a map`);
  }
  const config: unknown = document.get("config", true);
  if (config === undefined || (isScalar(config) && config.value === null)) return undefined;
  if (isMap(config)) return config;
  throw new Error(`Cannot read "${path}": config must be a map`);
}

function addConfigMap(document: Document): YAMLMap {
  document.set("config", document.createNode({}));
  return document.get("config", true) as unknown as YAMLMap;
}

function writtenKey(config: YAMLMap, place: ConfigPlace, project: string): string | undefined {
  return config.items.map(({ key }) => nameOf(key)).find((written) => isKeyOf(written, place, project));
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

/** A secret is a value, although it is written as a map. */
function isContainer(node: unknown): node is Container {
  return isSeq(node) || (isMap(node) && !isSecure(node));
}

function isSecure(node: YAMLMap): boolean {
  return node.items.length === 1 && nameOf(node.items[0]?.key) === "secure" && typeof node.get("secure") === "string";
}

function leavesSecure(holder: YAMLMap, removed: PathPart): boolean {
  const left = holder.items.map(({ key }) => nameOf(key)).filter((name) => name !== removed);
  return (
    left.length === 1 && holder.items.length === 2 && left[0] === "secure" && typeof holder.get("secure") === "string"
  );
}

/** A scalar keeps its place in the file and its comment. */
function put(document: Document, holder: Container, part: PathPart, value: ConfigScalar): void {
  if (typeof value === "object") {
    holder.set(part, document.createNode(value));
    return;
  }
  const old: unknown = holder.get(part, true);
  const scalar = new Scalar<unknown>(value);
  if (isScalar(old)) {
    if (old.comment) scalar.comment = old.comment;
    if (old.commentBefore) scalar.commentBefore = old.commentBefore;
  }
  scalar.type = typeof value !== "string" || READS_AS_TEXT.test(value) ? "PLAIN" : "QUOTE_DOUBLE";
  // Setting a scalar over a scalar would change the old one in place, quotes included.
  const pair = isMap(holder) ? holder.items.find(({ key }) => nameOf(key) === part) : undefined;
  if (pair !== undefined) pair.value = scalar;
  else if (isSeq(holder)) holder.items[Number(part)] = scalar;
  else holder.set(part, scalar);
}

/** What every YAML reader takes for the same text, without quotes. */
const READS_AS_TEXT = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][\w./-]*(?: [\w./-]+)*$/i;

function shown({ key, inner }: ConfigPlace, depth: number): string {
  const parts = inner.slice(0, depth).map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`));
  return `${key}${parts.join("")}`;
}
