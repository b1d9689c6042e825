import { z } from "zod";
import type { Operation, ReadOperation, ResourceDefinition } from "../definition.js";
import type { Host } from "../host/host.js";
import { changeUsers, ensureImage, imagePath, readStored, type StoredImage } from "../image/store.js";
import { makeMark, observedIdentity } from "../owner.js";
import { replace } from "../schema.js";
import { hostedArgs } from "./common.js";

export const imageArgs = z.strictObject({
  ...hostedArgs,
  source: replace(
    z.string().regex(/^(https?:\/\/\S+|\/[^\0\n]*)$/i, "must be an http(s) URL or an absolute path"),
  ).describe("http(s) URL, or path on the machine that runs the program"),
  checksum: replace(
    z
      .string()
      .regex(
        /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/i,
        "must be sha256:<64 hex digits> or sha512:<128 hex digits>",
      )
      .optional(),
  ).describe("Of the bytes at the source. Without it the first digest is pinned"),
});

export type ImageArgs = z.infer<typeof imageArgs>;

export interface ImageState extends ImageArgs {
  path: string;
  /** SHA-256 of the stored file, hex. */
  digest: string;
  format: "qcow2" | "raw";
  /** Bytes that a guest sees. */
  virtualSize: number;
}

/** A base image in the host's content-addressed store. The store's images have users, not an owner. */
export const image = {
  type: "Image",
  args: imageArgs,
  deleteBeforeReplace: false,
  id: (state) => state.digest,
  reconcile,
  read,
  delete: remove,
} satisfies ResourceDefinition<ImageArgs, ImageState>;

async function reconcile({
  args,
  state,
  host: connect,
  context,
}: Operation<ImageArgs, ImageState>): Promise<ImageState> {
  const host = await connect();
  const pinned = state === undefined ? undefined : await readStored(host, state.digest);
  const stored = pinned ?? (await ensureImage(host, { source: args.source, checksum: args.checksum }, context));
  await changeUsers(host, stored.digest, (users) => {
    const mine = users.find((user) => user.incarnation === args.incarnation);
    const others = users.filter(
      (user) => user !== mine && !(user.urn === args.owner.urn && user.realm === args.owner.realm),
    );
    return [...others, makeMark(args.owner, args.incarnation, mine)];
  });
  return stateOf(host, args, stored);
}

async function read({ state, host: connect }: ReadOperation<ImageState>): Promise<ImageState | undefined> {
  const host = await connect();
  const stored = await readStored(host, state.digest);
  if (stored === undefined) return undefined;
  // Without the entry `prune` would take the file from under those who use it.
  const mine = stored.users.find((user) => user.incarnation === state.incarnation);
  return { ...stateOf(host, state, stored), ...observedIdentity(mine, state) };
}

/** Only `prune` removes files. */
async function remove({ state, host: connect }: ReadOperation<ImageState>): Promise<void> {
  const host = await connect();
  await changeUsers(host, state.digest, (users) => users.filter((user) => user.incarnation !== state.incarnation));
}

function stateOf(host: Host, args: ImageArgs, stored: StoredImage): ImageState {
  const { digest, format, virtualSize } = stored;
  return { ...args, path: imagePath(host, stored), digest, format, virtualSize };
}
