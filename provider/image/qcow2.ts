import type { Host } from "../host/host.js";

/** What the header of a disk image tells. Reading 1 KiB costs no process, unlike `qemu-img info`. */
export interface ImageHeader {
  format: "qcow2" | "raw";
  /** Bytes that the guest sees. */
  virtualSize: number;
  /** As written in the header: absolute for everything that we make. */
  backing: { path: string; format: string | undefined } | undefined;
}

const MAGIC = 0x514649fb;
const BACKING_FORMAT_EXTENSION = 0xe2792aca;

/**
 * Reads the header of a qcow2 or raw image. Source of the layout: QEMU's docs/interop/qcow2.txt.
 * @returns `undefined` when there is no such file
 */
export async function readImageHeader(host: Host, path: string): Promise<ImageHeader | undefined> {
  const header = await host.readFile(path, { length: 4096 });
  if (header === undefined) return undefined;
  if (header.length < 72 || header.readUInt32BE(0) !== MAGIC) {
    const stat = await host.stat(path);
    return stat === undefined ? undefined : { format: "raw", virtualSize: stat.size, backing: undefined };
  }
  return { format: "qcow2", virtualSize: Number(header.readBigUInt64BE(24)), backing: backingOf(header) };
}

function backingOf(header: Buffer): ImageHeader["backing"] {
  const offset = Number(header.readBigUInt64BE(8));
  const length = header.readUInt32BE(16);
  if (offset === 0 || length === 0 || offset + length > header.length) return undefined;
  return { path: header.subarray(offset, offset + length).toString("utf8"), format: backingFormatOf(header) };
}

/** Header extensions follow the header: type, length, data padded to 8 bytes, until type 0. */
function backingFormatOf(header: Buffer): string | undefined {
  let at = header.readUInt32BE(4) >= 3 ? header.readUInt32BE(100) : 72;
  while (at + 8 <= header.length) {
    const type = header.readUInt32BE(at);
    const length = header.readUInt32BE(at + 4);
    if (type === 0) return undefined;
    if (type === BACKING_FORMAT_EXTENSION) return header.subarray(at + 8, at + 8 + length).toString("utf8");
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return undefined;
}
