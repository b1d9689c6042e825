import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { copyFile, type FileHandle, link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/**
 * Replaces a file so that a reader, or a machine that loses power, finds the old content or the new one and nothing between.
 * @param options.mode the permissions of the new file
 * @param options.begin what the unfinished file is named after, where it must not lie beside the finished one
 */
export async function writeFileAtomically(
  path: string,
  content: string,
  { mode, begin = path }: { mode: number; begin?: string },
): Promise<void> {
  const temporary = temporaryName(begin);
  try {
    await writeSynced(temporary, content, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await removeSidecar(path);
}

/**
 * Makes a file that must not replace another one, whole and surviving a loss of power.
 * @returns `false` when there is one already
 */
export async function writeFileOnce(path: string, content: string, { mode }: { mode: number }): Promise<boolean> {
  const temporary = temporaryName(path);
  try {
    await writeSynced(temporary, content, mode);
    await link(temporary, path);
    await syncFolder(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** `writeFileAtomically` without waiting for anything, for a process that is about to end. */
export function writeFileAtomicallyNow(path: string, content: string, { mode }: { mode: number }): void {
  const temporary = temporaryName(path);
  writeFileSync(temporary, content, { mode, flag: "wx", flush: true });
  renameSync(temporary, path);
}

/**
 * Makes `copy` hold what `path` holds now. A hard link is enough, since nobody changes a state file in place.
 * Does nothing if there is no such file.
 */
export async function keepCopy(path: string, copy: string): Promise<void> {
  const temporary = temporaryName(copy);
  try {
    await mkdir(dirname(copy), { recursive: true });
    await link(path, temporary).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw error;
      // File systems without hard links.
      return copyFile(path, temporary);
    });
    await rename(temporary, copy);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return;
  } finally {
    // Renaming one name of a file onto another name of the same file leaves both.
    await rm(temporary, { force: true });
  }
  await removeSidecar(copy);
}

/** Removes a file and what the Pulumi CLI wrote beside it. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await removeSidecar(path);
}

/** @returns the text, decompressed if need be, or `undefined` when there is no such file */
export async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return bytes === undefined ? undefined : decompress(bytes, path);
}

/**
 * Content decides whether a file is compressed, not its name.
 * @param source names the file in error messages
 */
export async function decompress(bytes: Buffer, source: string): Promise<string> {
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === GZIP_MAGIC)
    return (await promisify(gunzip)(bytes)).toString("utf8");
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === ZSTD_MAGIC) {
    throw new Error(
      `Cannot read "${source}": it is compressed with zstd; let the Pulumi CLI write it again without PULUMI_DIY_BACKEND_ZSTD`,
    );
  }
  return bytes.toString("utf8");
}

const GZIP_MAGIC = 0x1f8b;
const ZSTD_MAGIC = 0xfd2fb528;

function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.tmp`;
}

/** Removes the unfinished files of killed runs from a folder: those that were to become `prefix…`. Nobody may be writing them. */
export async function removeUnfinished(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (name.startsWith(prefix) && /\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

/**
 * Makes a file anew, whose existence survives a loss of power.
 * @param mode the permissions of the new file
 */
export async function createFile(path: string, { mode }: { mode: number }): Promise<FileHandle> {
  const file = await openMakingFolder(path, "w", mode);
  await syncFolder(path);
  return file;
}

async function writeSynced(path: string, content: string, mode: number): Promise<void> {
  const file = await openMakingFolder(path, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name is only as durable as the folder that holds it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The folder is there nearly always, so it is made only when opening fails. */
async function openMakingFolder(path: string, flags: "w" | "wx", mode: number): Promise<FileHandle> {
  try {
    return await open(path, flags, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    return await open(path, flags, mode);
  }
}

/** A side-car describes the content that the Pulumi CLI wrote; beside other content it would be a lie. */
async function removeSidecar(path: string): Promise<void> {
  await rm(`${path}.attrs`, { force: true });
}
