import { isMap } from "yaml";
import type { ConfigPlace, PathPart } from "./config-path.js";
import { configPlace } from "./config-path.js";
import type { Project } from "./project.js";
import type { StackFile } from "./stack-config.js";
import { MASK } from "./values/mask.js";

/** One configuration value as it is written, not as the program gets it (which gets texts only). */
export interface ConfigEntry {
  /** `namespace:name` */
  key: string;
  /** With secrets in clear, or masked. */
  value: unknown;
  /** Whether it is a secret or has one inside. */
  secret: boolean;
}

/**
 * The configuration of a stack: Pulumi.yaml's values, over them the stack's, by key.
 * @param decrypt opens secrets; without it they are masked
 */
export function configEntries(
  project: Project,
  file: StackFile,
  decrypt: ((ciphertext: string) => string) | undefined,
): ConfigEntry[] {
  const entries = new Map<string, ConfigEntry>();
  for (const [key, { value, secret }] of Object.entries(project.config)) {
    if (value !== undefined) entries.set(key, { key, value: secret && !decrypt ? MASK : value, secret });
  }
  for (const [written, value] of Object.entries(writtenValues(file))) {
    const { key } = configPlace(project.name, written, { path: false });
    entries.set(key, { key, ...reveal(value, decrypt) });
  }
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The part of a value that a path leads to. */
export function configEntryAt(
  project: Project,
  file: StackFile,
  place: ConfigPlace,
  decrypt: (ciphertext: string) => string,
): ConfigEntry | undefined {
  const { key, inner } = place;
  const written = Object.entries(writtenValues(file)).find(
    ([name]) => configPlace(project.name, name, { path: false }).key === key,
  );
  if (written === undefined) {
    const inherited = configEntries(project, file, decrypt).find((entry) => entry.key === key);
    const value = inherited && follow(inherited.value, inner);
    return inherited === undefined || value === undefined ? undefined : { ...inherited, value };
  }
  const value = follow(written[1], inner);
  return value === undefined ? undefined : { key, ...reveal(value, decrypt) };
}

function writtenValues({ document, path }: StackFile): Record<string, unknown> {
  const config: unknown = document.get("config", true);
  if (!isMap(config)) {
    if (document.get("config") === undefined || document.get("config") === null) return {};
    throw new Error(`Cannot read "${path}": config must be a map`);
  }
  return config.toJS(document) as Record<string, unknown>;
}

function reveal(
  value: unknown,
  decrypt: ((ciphertext: string) => string) | undefined,
): { value: unknown; secret: boolean } {
  let secret = false;
  const open = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(open);
    if (typeof part !== "object" || part === null) return part;
    const ciphertext = ciphertextOf(part);
    if (ciphertext === undefined)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, open(inner)]));
    secret = true;
    return decrypt?.(ciphertext) ?? MASK;
  };
  return { value: open(value), secret };
}

function ciphertextOf(part: object): string | undefined {
  const [entry, ...others] = Object.entries(part);
  return others.length === 0 && entry?.[0] === "secure" && typeof entry[1] === "string" ? entry[1] : undefined;
}

function follow(value: unknown, path: readonly PathPart[]): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof value !== "object" || value === null || ciphertextOf(value) !== undefined) return undefined;
  if (Array.isArray(value) !== (typeof part === "number") || !Object.hasOwn(value, part)) return undefined;
  return follow((value as Record<PathPart, unknown>)[part], rest);
}
