import { createHash } from "node:crypto";
import { z } from "zod";
import type { Crypter } from "../secrets.js";
import { decodeProperties, encodeProperties } from "../values/state.js";
import type { PropertyMap } from "../values/value.js";
import type { PendingKind, PendingOperation, ResourceState } from "./resource.js";

/** A stack's file, parsed and validated, its secrets still encrypted. */
export interface Checkpoint {
  stack: string;
  manifest: { magic: string; version: string };
  /** The passphrase manager's salt; `undefined` when the state never held a secret. */
  salt: string | undefined;
  resources: StoredResource[];
  pendingOperations: { resource: StoredResource; type: PendingKind }[];
}

/**
 * Reads a checkpoint of version 3.
 * @param source names the file in error messages
 * @throws {Error} for damaged files and for what this engine cannot keep
 */
export function parseCheckpoint(text: string, source: string): Checkpoint {
  const file = validate(text, source);
  if (file.version !== 3 && file.version !== 4) {
    throw new Error(`Cannot read "${source}": unsupported checkpoint version ${file.version}`);
  }
  const features = file.features ?? [];
  if (features.length > 0) {
    throw new Error(
      `Cannot read "${source}": this stack's deployment needs support for the following features: ${features.join(", ")}; use the Pulumi CLI`,
    );
  }
  const latest = file.checkpoint.latest ?? {};
  const provider = latest.secrets_providers ?? undefined;
  if (provider !== undefined && provider.type !== "passphrase" && provider.type !== "") {
    throw new Error(
      `Cannot read "${source}": its secrets provider is ${provider.type}, the embedded engine has passphrase only`,
    );
  }
  return {
    stack: file.checkpoint.stack ?? "",
    manifest: { magic: latest.manifest?.magic ?? "", version: latest.manifest?.version ?? "" },
    salt: provider?.state?.salt,
    resources: latest.resources ?? [],
    pendingOperations: latest.pending_operations ?? [],
  };
}

/** The identity and secrets of a stack's file, besides what it holds. */
export interface CheckpointFrame {
  stack: string;
  project: string;
  /** `undefined` when nothing was ever encrypted. */
  salt: string | undefined;
}

/** Writes a checkpoint of version 3 from the JSON texts of its parts, compact as Pulumi does. */
export function checkpointText(
  { stack, project, salt }: CheckpointFrame,
  { resources, pending }: { resources: string[]; pending: { resource: string; type: PendingKind }[] },
): string {
  const fields = [`"manifest":${JSON.stringify(manifestNow())}`];
  if (salt !== undefined) fields.push(`"secrets_providers":${JSON.stringify({ type: "passphrase", state: { salt } })}`);
  if (resources.length > 0) fields.push(`"resources":[${resources.join(",")}]`);
  if (pending.length > 0) {
    const operations = pending.map(({ resource, type }) => `{"resource":${resource},"type":"${type}"}`);
    fields.push(`"pending_operations":[${operations.join(",")}]`);
  }
  const name = JSON.stringify(`organization/${project}/${stack}`);
  return `{"version":3,"checkpoint":{"stack":${name},"latest":{${fields.join(",")},"metadata":{}}}}`;
}

/** What identifies the writer of a state file; readers compare the two fields. */
export function manifestNow(): { time: string; magic: string; version: string } {
  return { time: new Date().toISOString(), magic: magicOf(ENGINE_VERSION), version: ENGINE_VERSION };
}

export function magicOf(version: string): string {
  return version === "" ? "" : createHash("sha256").update(version).digest("hex");
}

/** @throws {Error} when a secret cannot be decrypted */
export function decodeResource(stored: StoredResource, crypter: Pick<Crypter, "decrypt">): ResourceState {
  const open = (map: unknown) => decodeProperties((map ?? {}) as PropertyMap, crypter.decrypt);
  return {
    urn: stored.urn,
    type: stored.type,
    custom: stored.custom,
    id: stored.id,
    inputs: open(stored.inputs),
    outputs: open(stored.outputs),
    parent: stored.parent || undefined,
    provider: stored.provider || undefined,
    dependencies: stored.dependencies ?? [],
    propertyDependencies: Object.fromEntries(
      Object.entries(stored.propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
    ),
    delete: stored.delete ?? false,
    pendingReplacement: stored.pendingReplacement ?? false,
    protect: stored.protect ?? false,
    retainOnDelete: stored.retainOnDelete ?? false,
    external: stored.external ?? false,
    initErrors: stored.initErrors ?? [],
    additionalSecretOutputs: stored.additionalSecretOutputs ?? [],
    ignoreChanges: stored.ignoreChanges ?? [],
    replaceOnChanges: stored.replaceOnChanges ?? [],
    deletedWith: stored.deletedWith || undefined,
    customTimeouts: stored.customTimeouts ?? undefined,
    created: stored.created ?? undefined,
    modified: stored.modified ?? undefined,
    sourcePosition: stored.sourcePosition ?? undefined,
  };
}

/** Everything that is empty is left out, as Pulumi does. */
export function encodeResource(state: ResourceState, crypter: Pick<Crypter, "encrypt">): StoredResource {
  const { urn, custom, delete: condemned, pendingReplacement, id, type, inputs, outputs, ...rest } = state;
  const fields = {
    urn,
    custom,
    delete: condemned,
    pendingReplacement,
    id,
    type,
    inputs: encodeProperties(inputs, crypter.encrypt),
    outputs: encodeProperties(outputs, crypter.encrypt),
    ...rest,
  };
  return { ...Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))), urn, custom, type };
}

export function decodePending(
  stored: Checkpoint["pendingOperations"],
  crypter: Pick<Crypter, "decrypt">,
): PendingOperation[] {
  return stored.map(({ resource, type }) => ({ resource: decodeResource(resource, crypter), type }));
}

const ENGINE_VERSION = "v1.0.0-pulumi-kvm";

const strings = z.array(z.string()).nullish();
const properties = z.record(z.string(), z.unknown()).nullish();

/** Features of newer engines that change what may be done with a resource: to ignore them would be to break them. */
const refused = z
  .union([z.literal(false), z.literal(""), z.null(), z.array(z.unknown()).max(0), z.strictObject({})], {
    error: "this engine does not support the feature; use the Pulumi CLI",
  })
  .optional();

export const storedResource = z.object({
  urn: z.string().min(1),
  custom: z.boolean(),
  delete: z.boolean().optional(),
  pendingReplacement: z.boolean().optional(),
  id: z.string().optional(),
  type: z.string().min(1),
  inputs: properties,
  outputs: properties,
  parent: z.string().nullish(),
  provider: z.string().nullish(),
  dependencies: strings,
  propertyDependencies: z.record(z.string(), strings).nullish(),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  external: z.boolean().optional(),
  initErrors: strings,
  additionalSecretOutputs: strings,
  ignoreChanges: strings,
  replaceOnChanges: strings,
  deletedWith: z.string().nullish(),
  customTimeouts: z.record(z.string(), z.number()).nullish(),
  created: z.string().nullish(),
  modified: z.string().nullish(),
  sourcePosition: z.string().nullish(),
  taint: refused,
  viewOf: refused,
  refreshBeforeUpdate: refused,
  replaceWith: refused,
  resourceHooks: refused,
});
export type StoredResource = z.infer<typeof storedResource>;

export const pendingKind = z.enum(["creating", "updating", "deleting", "reading", "importing"]);

const checkpointFile = z.object({
  version: z.number(),
  features: z.array(z.string()).nullish(),
  checkpoint: z.object({
    stack: z.string().nullish(),
    latest: z
      .object({
        manifest: z.object({ magic: z.string().nullish(), version: z.string().nullish() }).nullish(),
        secrets_providers: z
          .object({ type: z.string(), state: z.object({ salt: z.string().optional() }).nullish() })
          .nullish(),
        resources: z.array(storedResource).nullish(),
        pending_operations: z.array(z.object({ resource: storedResource, type: pendingKind })).nullish(),
      })
      .nullish(),
  }),
});

function validate(text: string, source: string): z.infer<typeof checkpointFile> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read "${source}": it is not JSON: ${(error as Error).message}`);
  }
  const parsed = checkpointFile.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Error(`Cannot read "${source}": it is not a valid checkpoint:\n${z.prettifyError(parsed.error)}`);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
