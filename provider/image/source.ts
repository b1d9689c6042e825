import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** Where an image comes from, opened for one reading. */
export interface OpenSource {
  bytes: Readable;
  /** Bytes, where it is known beforehand. */
  size: number | undefined;
  /** Changes when the content does: lets an unchanged source be recognised without reading it. */
  version: string | undefined;
}

/** @throws when there is nothing to read, saying what was asked for and what to do */
export async function openSource(source: string, signal: AbortSignal): Promise<OpenSource> {
  return isUrl(source) ? openUrl(source, signal) : openFile(source);
}

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

async function openUrl(url: string, signal: AbortSignal): Promise<OpenSource> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`Cannot download image ${url}: ${cause}; check the address and the connection`);
  }
  if (!response.ok || response.body === null) {
    throw new Error(
      `Cannot download image ${url}: the server answered ${response.status} ${response.statusText}; check the address`,
    );
  }
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  return {
    bytes: Readable.fromWeb(response.body as ReadableStream<Uint8Array>),
    size: Number.isFinite(length) ? length : undefined,
    version: undefined,
  };
}

async function openFile(path: string): Promise<OpenSource> {
  const version = await fileVersion(path);
  if (version === undefined) {
    throw new Error(`Cannot read image ${path}: there is no such file; correct the path or put the image there`);
  }
  const found = await stat(path);
  if (!found.isFile()) throw new Error(`Cannot read image ${path}: it is not a file; give the path of a disk image`);
  return { bytes: createReadStream(path), size: found.size, version };
}

/** `undefined` when there is no such file. */
export async function fileVersion(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return `${found.size}-${found.mtimeNs}-${found.ino}`;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
