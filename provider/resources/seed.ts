import { createHash } from "node:crypto";
import { posix } from "node:path";
import { z } from "zod";
import { seedFiles } from "../cloud-init/documents.js";
import { buildIso } from "../cloud-init/iso.js";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import { UNKNOWN } from "../handler.js";
import { readManifest, removeManifest, writeManifest } from "../host/manifest.js";
import { storePaths } from "../host/paths.js";
import { physicalName } from "../names.js";
import { claim, isOurs, makeMark, observedIdentity } from "../owner.js";
import { containsUnknown, noImpact, replace } from "../schema.js";
import { absolutePath, hostedArgs, macSchema, nameArg } from "./common.js";

const documentSchema = z.union([z.string(), z.record(z.string(), z.unknown())], "must be text or an object");

/** Hostnames: RFC 1123. */
const hostname = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    "must be a hostname",
  );

export const seedArgs = z.strictObject({
  ...hostedArgs,
  name: replace(nameArg.optional()),
  // What the file holds shows in `path`, which has its digest: the members only say what to put there.
  hostname: noImpact(hostname.optional()).describe("The guest's hostname"),
  sshAuthorizedKeys: noImpact(z.array(z.string()).default([])).describe("Keys for the image's default user and root"),
  interfaces: noImpact(
    z
      .array(
        z.strictObject({
          name: z.string().regex(/^[a-z0-9_-]+$/i),
          mac: macSchema,
          addresses: z.array(z.string()).default([]),
          dhcp4: z.boolean().default(false),
          gateway: z.string().optional(),
          nameservers: z.array(z.string()).default([]),
          mtu: z.int().min(576).max(65535).optional(),
        }),
      )
      .default([]),
  ).describe("Network configuration by MAC address; without it the guest asks DHCP on its first device"),
  userData: noImpact(documentSchema.optional()).describe(
    "Text as it is, or an object that is merged over hostname and keys. Secret",
  ),
  metaData: noImpact(z.record(z.string(), z.unknown()).optional()).describe("Added to the meta-data"),
  networkConfig: noImpact(documentSchema.optional()).describe("Replaces what `interfaces` would give"),
  vendorData: noImpact(documentSchema.optional()),
  instanceId: noImpact(z.string().optional()).describe("Derived from the content by default; set by `check`"),
  path: replace(absolutePath.optional()).describe("Default: below the host's store; holds the digest of the content"),
});

export type SeedArgs = z.infer<typeof seedArgs>;

export interface SeedState extends SeedArgs {
  name: string;
  path: string;
  /** cloud-init runs anew in a guest when this changes. */
  instanceId: string;
  /** SHA-256 of the file, hex. */
  digest: string;
}

/** A NoCloud seed: the image that tells cloud-init in a guest who it is. Its name holds the digest of its content. */
export const seed = {
  type: "Seed",
  args: seedArgs,
  deleteBeforeReplace: false,
  derive,
  id: (state) => state.path,
  reconcile,
  read,
  delete: remove,
  exists: () => true,
} satisfies ResourceDefinition<SeedArgs, SeedState>;

function derive(args: SeedArgs, old: Partial<SeedArgs>): SeedArgs {
  const name = args.name ?? old.name ?? physicalName(args.owner.urn);
  if (args.path !== undefined) return { ...args, name };
  if (containsUnknown({ ...args, owner: undefined })) return { ...args, name, path: UNKNOWN, instanceId: UNKNOWN };
  const { digest, instanceId } = build(args);
  return {
    ...args,
    name,
    instanceId,
    path: posix.join(storePaths(args.host.store).seeds, `${name}-${digest.slice(0, 16)}.iso`),
  };
}

function build(args: SeedArgs): { instanceId: string; image: Buffer; digest: string } {
  const { instanceId, files } = seedFiles({
    hostname: args.hostname,
    sshAuthorizedKeys: args.sshAuthorizedKeys,
    interfaces: args.interfaces,
    userData: args.userData,
    metaData: args.metaData,
    networkConfig: args.networkConfig,
    vendorData: args.vendorData,
  });
  const image = buildIso("cidata", files);
  return { instanceId, image, digest: sha256(image) };
}

async function reconcile({ args, state, host: connect }: Operation<SeedArgs, SeedState>): Promise<SeedState> {
  const host = await connect();
  const { name, path } = args;
  if (name === undefined || path === undefined) throw new TypeError("Cannot reconcile a seed that was not checked");
  const { instanceId, image, digest } = build(args);
  const [manifest, found] = await Promise.all([readManifest(host, path), host.readFile(path)]);
  if (found !== undefined || manifest !== undefined) {
    claim(manifest?.mark, {
      what: `seed "${path}" on host "${host.name}"`,
      owner: args.owner,
      previous: state?.owner,
      adopt: args.adopt,
      isKnown: state?.path === path,
    });
  }
  await writeManifest(host, path, { mark: makeMark(args.owner, args.incarnation, manifest?.mark) });
  if (found === undefined || sha256(found) !== digest) {
    await host.writeFile(path, image, { mode: 0o600 }).catch(async (error: unknown) => {
      if (manifest === undefined) await removeManifest(host, path);
      throw error;
    });
  }
  return { ...args, name, path, instanceId, digest };
}

async function read({ state, host: connect }: ReadOperation<SeedState>): Promise<SeedState | undefined> {
  const host = await connect();
  const [manifest, found] = await Promise.all([readManifest(host, state.path), host.readFile(state.path)]);
  // A file whose content is another one is not our seed any more: it is made again.
  if (found === undefined || sha256(found) !== state.digest) return undefined;
  return {
    ...state,
    ...observedIdentity(manifest?.mark, state),
  };
}

async function remove({ state, host: connect }: ReadOperation<SeedState>): Promise<void> {
  const host = await connect();
  const manifest = await readManifest(host, state.path);
  if (!isOurs(manifest?.mark, state.incarnation)) return;
  await host.removeFile(state.path);
  await removeManifest(host, state.path);
}

function sha256(data: Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
