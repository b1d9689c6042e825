/** One entry of an initramfs. */
export interface CpioEntry {
  name: string;
  mode: number;
  data?: Buffer;
}

export const directory = 0o040755;
export const executable = 0o100755;
export const symlink = 0o120777;

/** An archive in the "newc" format, the one the kernel unpacks as initramfs. Owner root, time 0: the same bytes each time. */
export function cpio(entries: CpioEntry[]): Buffer {
  const records = [...entries, { name: "TRAILER!!!", mode: 0 }].map((entry, index) => record(entry, index + 1));
  return Buffer.concat(records);
}

function record({ name, mode, data = Buffer.alloc(0) }: CpioEntry, inode: number): Buffer {
  const links = 1;
  const fields = [inode, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
  return Buffer.concat([padded(Buffer.from(header)), padded(data)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
