import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, isMap as isYamlMap, parseDocument } from "yaml";
import type { Project } from "./project.js";
import { writeFileAtomically } from "./state/files.js";
import { Secret } from "./values/value.js";

/** `Pulumi.<stack>.yaml`. */
export interface StackFile {
  path: string;
  exists: boolean;
  /** What to give the passphrase manager; `undefined` when the stack has none yet. */
  salt: string | undefined;
  document: Document;
}

/** A stack's configuration, keys as `namespace:name`; values are strings (objects as JSON text), secret ones marked. */
export type StackConfig = Record<string, string | Secret>;

/** @throws {Error} when the file is not valid, or names a secrets provider that the engine does not have */
export async function readStackFile(project: Project, stack: string): Promise<StackFile> {
  const path = join(project.stackConfigDirectory, `Pulumi.${stack}.yaml`);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const document = parseDocument(text ?? "");
  const problem = document.errors[0];
  if (problem !== undefined) throw new SyntaxError(`Cannot read "${path}": ${problem.message}`);
  refuseForeignFields(path, document);
  const salt = document.get("encryptionsalt");
  return { path, exists: text !== undefined, salt: typeof salt === "string" ? salt : undefined, document };
}

/** Writes the salt; comments and everything else stay as they are. */
export async function writeSalt(file: StackFile, salt: string): Promise<void> {
  file.document.set("encryptionsalt", salt);
  await writeFileAtomically(file.path, file.document.toString(), { mode: 0o644 });
}

/**
 * The configuration of a run: Pulumi.yaml's values, over them the stack's, over them `overrides`.
 * @param decrypt called for each `secure` value
 */
export function resolveConfig(
  project: Project,
  file: StackFile,
  { decrypt, overrides }: { decrypt: (ciphertext: string) => string; overrides: Record<string, string | Secret> },
): StackConfig {
  const config: StackConfig = {};
  for (const [key, { value, secret }] of Object.entries(project.config)) {
    if (value !== undefined) config[key] = secret ? new Secret(textOf(value)) : textOf(value);
  }
  const own = file.document.get("config");
  const values = isYamlMap(own) ? (own.toJS(file.document) as Record<string, unknown>) : {};
  for (const [key, value] of Object.entries(values)) {
    config[key.includes(":") ? key : `${project.name}:${key}`] = decode(value, decrypt);
  }
  for (const [key, value] of Object.entries(overrides)) {
    config[key.includes(":") ? key : `${project.name}:${key}`] = value;
  }
  for (const key of Object.keys(project.config)) {
    if (config[key] === undefined)
      throw new Error(
        `Cannot run stack: it is missing configuration value "${key}", which Pulumi.yaml declares without a default`,
      );
  }
  return config;
}

/** Whether any value is encrypted, or holds one that is. */
export function hasSecrets({ document }: StackFile): boolean {
  const isSecret = (part: unknown): boolean => {
    if (typeof part !== "object" || part === null) return false;
    const { secure } = part as { secure?: unknown };
    return typeof secure === "string" || Object.values(part).some(isSecret);
  };
  return isSecret((document.toJS() as { config?: unknown } | null)?.config);
}

function refuseForeignFields(path: string, document: Document): void {
  const provider = document.get("secretsprovider");
  if (typeof provider === "string" && provider !== "passphrase") {
    throw new Error(
      `Cannot open the secrets of "${path}": the secrets provider is ${provider}, the embedded engine has passphrase only`,
    );
  }
  if (document.has("environment")) {
    throw new Error(`Cannot use "${path}": it imports environments, which only the Pulumi CLI can do`);
  }
}

function decode(value: unknown, decrypt: (ciphertext: string) => string): string | Secret {
  let secret = false;
  const open = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(open);
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part);
    if (entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string") {
      secret = true;
      return decrypt(entries[0][1]);
    }
    return Object.fromEntries(entries.map(([key, inner]) => [key, open(inner)]));
  };
  const text = textOf(open(value));
  return secret ? new Secret(text) : text;
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
