import { posix } from "node:path";
import { z } from "zod";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import { UNKNOWN } from "../handler.js";
import type { Host } from "../host/host.js";
import { readManifest, removeManifest, writeManifest } from "../host/manifest.js";
import { storePaths } from "../host/paths.js";
import { readImageHeader } from "../image/qcow2.js";
import { createOverlay, resizeImage } from "../image/qemu-img.js";
import { growDiskInUse } from "../libvirt/domains.js";
import { physicalName } from "../names.js";
import { claim, isOurs, isSameOwner, makeMark, observedIdentity } from "../owner.js";
import { containsUnknown, live, replace } from "../schema.js";
import { absolutePath, diskReferenceSchema, hostedArgs, nameArg } from "./common.js";

const GIB = 1024 ** 3;

export const cloneArgs = z.strictObject({
  ...hostedArgs,
  name: replace(nameArg.optional()),
  image: replace(diskReferenceSchema).describe("What the disk stands on"),
  size: live(z.number().positive().optional()).describe(
    "GiB that the guest sees; default: as the image. Grows in place, under a running guest too",
  ),
  path: replace(absolutePath.optional()).describe("Default: below the host's store; holds the incarnation"),
});

export type CloneArgs = z.infer<typeof cloneArgs>;

export interface CloneState extends CloneArgs {
  name: string;
  path: string;
  format: "qcow2";
  /** Bytes that the guest sees. */
  virtualSize: number;
}

/** A guest's disk: an overlay linked to a base image, which it never changes. */
export const clone = {
  type: "Clone",
  args: cloneArgs,
  deleteBeforeReplace: false,
  derive,
  id: (state) => state.path,
  refineDiff: (changes, observed, wanted) =>
    changes.filter(
      (change) => change.path !== "size" || (bytesOf(wanted) ?? observed.virtualSize) !== observed.virtualSize,
    ),
  reconcile,
  read,
  delete: remove,
  exists: () => true,
} satisfies ResourceDefinition<CloneArgs, CloneState>;

function derive(args: CloneArgs, old: Partial<CloneArgs>): CloneArgs {
  const name = args.name ?? old.name ?? physicalName(args.owner.urn);
  const path = containsUnknown([name, args.host])
    ? UNKNOWN
    : posix.join(storePaths(args.host.store).disks, `${name}-${args.incarnation}.qcow2`);
  return { ...args, name, path: args.path ?? path };
}

/** Disks have whole sectors. */
function bytesOf({ size }: { size?: number | undefined }): number | undefined {
  return size === undefined ? undefined : Math.ceil((size * GIB) / 512) * 512;
}

async function reconcile({ args, state, host: connect }: Operation<CloneArgs, CloneState>): Promise<CloneState> {
  const host = await connect();
  const { path, name } = required(args);
  const what = `disk "${path}" on host "${host.name}"`;
  const header = await readImageHeader(host, path);
  const manifest = await readManifest(host, path);
  if (header !== undefined || manifest !== undefined) {
    const isKnown = state?.path === path;
    claim(manifest?.mark, { what, owner: args.owner, previous: state?.owner, adopt: args.adopt, isKnown });
  }
  const size = bytesOf(args);
  if (header === undefined) await checkBase(host, args, size, what);
  if (header === undefined) await dropOrphans(host, args.owner, name);
  // The manifest comes first: a run that dies in between leaves a file that is known to be ours.
  const mark = makeMark(args.owner, args.incarnation, manifest?.mark);
  await writeManifest(host, path, { mark, image: args.image });
  if (header === undefined) {
    await createOverlay(host, { path, backing: args.image, size }).catch(async (error: unknown) => {
      await removeManifest(host, path);
      throw error;
    });
  } else if (size !== undefined && size < header.virtualSize) {
    throw new RangeError(
      `Cannot shrink ${what}: it has ${header.virtualSize / GIB} GiB, ${args.size} GiB are wanted; shrinking would cut off data`,
    );
  } else if (size !== undefined && size > header.virtualSize) {
    if (!(await growDiskInUse(host, path, size))) await resizeImage(host, path, "qcow2", size);
  }
  const made = await readImageHeader(host, path);
  return { ...args, name, path, format: "qcow2", virtualSize: made?.virtualSize ?? size ?? 0 };
}

/** Manifests of this clone whose files somebody removed: nobody else would ever take them away. */
async function dropOrphans(host: Host, owner: CloneArgs["owner"], name: string): Promise<void> {
  const files = new Set(await host.list(host.paths.disks));
  for (const file of files) {
    const disk = file.slice(0, -".json".length);
    if (!file.startsWith(`${name}-`) || !file.endsWith(".qcow2.json") || files.has(disk)) continue;
    const path = posix.join(host.paths.disks, disk);
    const manifest = await readManifest(host, path);
    if (manifest !== undefined && isSameOwner(manifest.mark, owner)) await removeManifest(host, path);
  }
}

async function checkBase(host: Host, args: CloneArgs, size: number | undefined, what: string): Promise<void> {
  const base = await readImageHeader(host, args.image.path);
  if (base === undefined) {
    throw new Error(
      `Cannot create ${what}: its image ${args.image.path} is not there; \`up --refresh\` fetches it again`,
    );
  }
  if (size !== undefined && size < base.virtualSize) {
    throw new RangeError(
      `Cannot create ${what}: the image has ${base.virtualSize / GIB} GiB, a disk of ${args.size} GiB would cut it off`,
    );
  }
}

async function read({ state, host: connect }: ReadOperation<CloneState>): Promise<CloneState | undefined> {
  const host = await connect();
  const [header, manifest] = await Promise.all([readImageHeader(host, state.path), readManifest(host, state.path)]);
  if (header === undefined) return undefined;
  const [base = undefined, ...deeper] = [state.image, ...state.image.backing];
  const linked = header.backing?.path === base?.path;
  return {
    ...state,
    ...observedIdentity(manifest?.mark, state),
    image: linked
      ? state.image
      : {
          path: header.backing?.path ?? state.path,
          format: header.backing?.format === "raw" ? "raw" : "qcow2",
          backing: deeper,
        },
    virtualSize: header.virtualSize,
    ...(state.size === undefined || bytesOf(state) === header.virtualSize ? {} : { size: header.virtualSize / GIB }),
  };
}

async function remove({ state, host: connect }: ReadOperation<CloneState>): Promise<void> {
  const host = await connect();
  const manifest = await readManifest(host, state.path);
  if (!isOurs(manifest?.mark, state.incarnation)) return;
  await host.removeFile(state.path);
  await removeManifest(host, state.path);
}

function required(args: CloneArgs): { name: string; path: string } {
  if (args.name === undefined || args.path === undefined)
    throw new TypeError("Cannot reconcile a clone that was not checked");
  return { name: args.name, path: args.path };
}
