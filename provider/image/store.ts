import { createHash, type Hash } from "node:crypto";
import { posix } from "node:path";
import { Transform } from "node:stream";
import { z } from "zod";
import type { Host } from "../host/host.js";
import { readJson } from "../host/manifest.js";
import { markSchema } from "../owner.js";
import { inspectImage, problemOfQcow2 } from "./qemu-img.js";
import { fileVersion, isUrl, openSource } from "./source.js";

/** What is known of a stored image. `users` are the resources that declare it: the file stays until `prune`. */
const storedImageSchema = z.object({
  digest: z.string(),
  format: z.enum(["qcow2", "raw"]),
  /** Bytes that a guest sees. */
  virtualSize: z.number(),
  /** Size and time of the stored file: cheap evidence that nobody changed it. */
  size: z.number(),
  mtime: z.string(),
  source: z.string(),
  sourceVersion: z.string().optional(),
  checksum: z.string().optional(),
  fetched: z.string(),
  users: z.array(markSchema).default([]),
});

export type StoredImage = z.infer<typeof storedImageSchema>;

export interface ImageRequest {
  /** http(s) URL, or absolute path on the machine that runs the program. */
  source: string;
  /** `sha256:<hex>` or `sha512:<hex>` of the bytes at the source. */
  checksum: string | undefined;
}

export interface FetchContext {
  signal: AbortSignal;
  progress(message: string, fraction?: number): void;
  log(severity: "info" | "warning", message: string): void;
}

/** The stored image for a request, fetched if need be. Two programs that ask at once fetch it once. */
export async function ensureImage(host: Host, request: ImageRequest, context: FetchContext): Promise<StoredImage> {
  const lock = `image-${createHash("sha256").update(request.source).digest("hex").slice(0, 16)}`;
  return host.exclusive(
    lock,
    async () => (await findStored(host, request)) ?? (await fetchImage(host, request, context)),
    context.signal,
  );
}

export function imagePath(host: Host, image: { digest: string; format: string }): string {
  return posix.join(host.paths.images, `${image.digest}.${image.format}`);
}

function manifestPath(host: Host, digest: string): string {
  return posix.join(host.paths.images, `${digest}.json`);
}

/** @returns `undefined` when the image is not there, or when what is there is not what was stored */
export async function readStored(host: Host, digest: string): Promise<StoredImage | undefined> {
  const manifest = await readJson(host, manifestPath(host, digest), storedImageSchema);
  if (manifest === undefined) return undefined;
  const stat = await host.stat(imagePath(host, manifest));
  if (stat === undefined || stat.size !== manifest.size) return undefined;
  if (stat.mtime === manifest.mtime) return manifest;
  return (await digestOf(host, imagePath(host, manifest))) === manifest.digest ? manifest : undefined;
}

/** Adds, refreshes or (with `users` not holding it any more) drops users of an image. */
export async function changeUsers(
  host: Host,
  digest: string,
  change: (users: StoredImage["users"]) => StoredImage["users"],
): Promise<void> {
  await host.exclusive(usersLock(digest), async () => {
    const manifest = await readJson(host, manifestPath(host, digest), storedImageSchema);
    if (manifest !== undefined) await writeStored(host, { ...manifest, users: change(manifest.users) });
  });
}

function usersLock(digest: string): string {
  return `users-${digest.slice(0, 16)}`;
}

async function writeStored(host: Host, image: StoredImage): Promise<void> {
  await host.writeFile(manifestPath(host, image.digest), `${JSON.stringify(image, null, 2)}\n`, { mode: 0o644 });
}

/** An image fetched earlier for the very same request: same URL and checksum, or a file that has not changed since. */
async function findStored(host: Host, request: ImageRequest): Promise<StoredImage | undefined> {
  const version = isUrl(request.source) ? undefined : await fileVersion(request.source);
  if (!isUrl(request.source) && version === undefined) return undefined;
  for (const name of await host.list(host.paths.images)) {
    if (!name.endsWith(".json")) continue;
    const manifest = await readJson(host, posix.join(host.paths.images, name), storedImageSchema);
    if (manifest?.source !== request.source || manifest.sourceVersion !== version) continue;
    if (request.checksum !== undefined && manifest.checksum !== request.checksum) continue;
    const intact = await readStored(host, manifest.digest);
    if (intact !== undefined) return intact;
  }
  return undefined;
}

/** Temporary name -> verify -> own digest -> rename: a file in the store is always whole. */
async function fetchImage(host: Host, request: ImageRequest, context: FetchContext): Promise<StoredImage> {
  const opened = await openSource(request.source, context.signal);
  const [algorithm = "sha256", expected] = request.checksum?.split(":") ?? [];
  const own = createHash("sha256");
  const hashes = algorithm === "sha256" ? [own] : [own, createHash(algorithm)];
  const temporary = posix.join(host.paths.work, `image-${process.pid}-${Date.now().toString(36)}.part`);
  try {
    await host.makeDirectory(host.paths.images);
    const measured = opened.bytes.pipe(meter(hashes, request.source, opened.size, context));
    opened.bytes.once("error", (error) => measured.destroy(error));
    await host.writeStream(temporary, measured, { mode: 0o444, signal: context.signal });
    const digest = own.digest("hex");
    verify(request, algorithm, expected, algorithm === "sha256" ? digest : (hashes[1]?.digest("hex") ?? ""), context);
    return await keep(host, temporary, { digest, request, version: opened.version });
  } catch (error) {
    await host.removeFile(temporary);
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
      const size = opened.size === undefined ? "" : ` of ${Math.ceil(opened.size / 1024 ** 2)} MiB`;
      throw new Error(
        `Cannot store image ${request.source}${size} in ${host.paths.root} on host "${host.name}": the disk is full; free some space or give the host another store`,
      );
    }
    throw error;
  }
}

async function keep(
  host: Host,
  temporary: string,
  { digest, request, version }: { digest: string; request: ImageRequest; version: string | undefined },
): Promise<StoredImage> {
  const { format, virtualSize, backing } = await inspectImage(host, temporary);
  if (format !== "qcow2" && format !== "raw") {
    throw new TypeError(
      `Cannot use image ${request.source}: its format is ${format}, it must be qcow2 or raw; convert it with \`qemu-img convert -O qcow2\``,
    );
  }
  if (backing !== undefined) {
    // A foreign header could name any file of the host as backing file, and a guest would read it.
    throw new TypeError(
      `Cannot use image ${request.source}: it stands on another file (${backing}); flatten it with \`qemu-img convert -O qcow2\``,
    );
  }
  const problem = format === "raw" ? await problemOfRaw(host, temporary) : await problemOfQcow2(host, temporary);
  if (problem !== undefined) {
    throw new TypeError(`Cannot use image ${request.source}: ${problem}; fetch it again or correct the source`);
  }
  // Another source may have the same bytes, and somebody may be changing the users of that image.
  return host.exclusive(usersLock(digest), () =>
    store(host, temporary, { digest, format, virtualSize, request, version }),
  );
}

async function store(
  host: Host,
  temporary: string,
  {
    digest,
    format,
    virtualSize,
    request,
    version,
  }: Pick<StoredImage, "digest" | "format" | "virtualSize"> & { request: ImageRequest; version: string | undefined },
): Promise<StoredImage> {
  const path = imagePath(host, { digest, format });
  await host.setMode(temporary, 0o444);
  await host.renameFile(temporary, path);
  const stat = await host.stat(path);
  const image: StoredImage = {
    digest,
    format,
    virtualSize,
    size: stat?.size ?? 0,
    mtime: stat?.mtime ?? "",
    source: request.source,
    ...(version === undefined ? {} : { sourceVersion: version }),
    ...(request.checksum === undefined ? {} : { checksum: request.checksum }),
    fetched: new Date().toISOString(),
    users: (await readJson(host, manifestPath(host, digest), storedImageSchema))?.users ?? [],
  };
  await writeStored(host, image);
  return image;
}

/** The first bytes of gzip, xz, bzip2, zip, zstd and 7z. */
const PACKED = /^(1f8b|fd377a585a|425a68|504b0304|28b52ffd|377abcaf)/;

/** Anything passes for a raw image. These are what people get instead of one. */
async function problemOfRaw(host: Host, path: string): Promise<string | undefined> {
  const head = (await host.readFile(path, { length: 512 })) ?? Buffer.alloc(0);
  if (head.length === 0) return "it is empty";
  if (PACKED.test(head.toString("hex"))) return "it is compressed, it must be unpacked first";
  if (/^\s*<(!doctype|html|\?xml)/i.test(head.toString("latin1"))) return "it is a web page, not a disk image";
  const size = (await host.stat(path))?.size ?? 0;
  if (size % 512 !== 0) return `it is no disk image: its ${size} bytes are no whole number of sectors`;
  return undefined;
}

function verify(
  request: ImageRequest,
  algorithm: string,
  expected: string | undefined,
  found: string,
  context: FetchContext,
): void {
  if (expected === undefined) {
    context.log("info", `image ${request.source} has no checksum to verify: ${algorithm}:${found} is pinned`);
  } else if (found !== expected.toLowerCase()) {
    throw new Error(
      `Cannot use image ${request.source}: its ${algorithm} is ${found}, ${expected} was declared; correct the checksum or the source`,
    );
  }
}

function meter(hashes: Hash[], source: string, size: number | undefined, context: FetchContext): Transform {
  let done = 0;
  let reported = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      for (const hash of hashes) hash.update(chunk);
      done += chunk.length;
      if (done - reported > 4 * 1024 ** 2) {
        reported = done;
        context.progress(
          `fetching ${posix.basename(source)}: ${Math.floor(done / 1024 ** 2)} MiB`,
          size === undefined ? undefined : done / size,
        );
      }
      next(null, chunk);
    },
  });
}

async function digestOf(host: Host, path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of host.readStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
