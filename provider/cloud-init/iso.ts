/**
 * Writes a flat ISO 9660 image with a Joliet tree: what a NoCloud seed needs. No package on npm does it. Equal input gives
 * equal bytes: all times are fixed and files are sorted. Source of the layout: ECMA-119 and the Joliet specification.
 */

const SECTOR = 2048;
/** Everything before the files has a fixed place: descriptors at 16..18, path tables, then one directory sector per tree. */
const LAYOUT = { pathTable: [19, 20], jolietPathTable: [21, 22], root: 23, jolietRoot: 24, files: 25 } as const;
/** The Linux kernel and cloud-init look at names and label only; the date is there because the format demands one. */
const DATE = {
  record: Buffer.from([70, 1, 1, 0, 0, 0, 0]),
  volume: `1970010100000000\0`,
  never: `${"0".repeat(16)}\0`,
};

/**
 * @param label volume label; cloud-init looks for `cidata`
 * @param files names (at most 64 characters) and contents, all in the root directory
 * @throws {RangeError} when the names do not fit into one directory sector (about 20 files)
 */
export function buildIso(label: string, files: Readonly<Record<string, Buffer>>): Buffer {
  let next: number = LAYOUT.files;
  const entries = Object.keys(files)
    .sort()
    .map((name) => {
      const content = files[name] ?? Buffer.alloc(0);
      const at = next;
      next += Math.max(1, Math.ceil(content.length / SECTOR));
      return { name, content, at };
    });
  const image = Buffer.alloc(next * SECTOR);
  const put = (sector: number, data: Buffer) => data.copy(image, sector * SECTOR);

  put(16, descriptor({ type: 1, label, sectors: next, joliet: false }));
  put(17, descriptor({ type: 2, label, sectors: next, joliet: true }));
  put(18, Buffer.from([255, ...Buffer.from("CD001"), 1]));
  const trees = [
    { tables: LAYOUT.pathTable, root: LAYOUT.root, nameOf: plainName },
    { tables: LAYOUT.jolietPathTable, root: LAYOUT.jolietRoot, nameOf: (name: string) => utf16be(name) },
  ];
  for (const { tables, root, nameOf } of trees) {
    put(tables[0], pathTable(root, "little"));
    put(tables[1], pathTable(root, "big"));
    put(
      root,
      directory(
        root,
        entries.map((entry) => ({ id: nameOf(entry.name), at: entry.at, size: entry.content.length })),
      ),
    );
  }
  for (const { at, content } of entries) put(at, content);
  return image;
}

function descriptor(volume: { type: 1 | 2; label: string; sectors: number; joliet: boolean }): Buffer {
  const sector = Buffer.alloc(SECTOR);
  const text = (value: string, at: number, length: number) =>
    (volume.joliet ? padUtf16(value, length) : Buffer.from(value.padEnd(length))).copy(sector, at);
  sector[0] = volume.type;
  sector.write("CD001", 1, "ascii");
  sector[6] = 1;
  text("", 8, 32);
  text(volume.label, 40, 32);
  both32(sector, 80, volume.sectors);
  if (volume.joliet) sector.write("%/E", 88, "ascii");
  both16(sector, 120, 1);
  both16(sector, 124, 1);
  both16(sector, 128, SECTOR);
  both32(sector, 132, 10);
  const [little, big] = volume.joliet ? LAYOUT.jolietPathTable : LAYOUT.pathTable;
  sector.writeUInt32LE(little, 140);
  sector.writeUInt32BE(big, 148);
  const root = volume.joliet ? LAYOUT.jolietRoot : LAYOUT.root;
  record({ id: Buffer.from([0]), at: root, size: SECTOR, directory: true }).copy(sector, 156);
  for (const at of [190, 318, 446, 574]) text("", at, 128);
  for (const at of [702, 739, 776]) text("", at, 37);
  for (const at of [813, 830]) sector.write(DATE.volume, at, "latin1");
  for (const at of [847, 864]) sector.write(DATE.never, at, "latin1");
  sector[881] = 1;
  return sector;
}

function directory(self: number, children: { id: Buffer; at: number; size: number }[]): Buffer {
  const sorted = [...children].sort((a, b) => Buffer.compare(a.id, b.id));
  const records = Buffer.concat([
    record({ id: Buffer.from([0]), at: self, size: SECTOR, directory: true }),
    record({ id: Buffer.from([1]), at: self, size: SECTOR, directory: true }),
    ...sorted.map((child) => record({ ...child, directory: false })),
  ]);
  if (records.length > SECTOR) {
    throw new RangeError(`Cannot write a seed image: ${children.length} files do not fit into one directory sector`);
  }
  return records;
}

function record(entry: { id: Buffer; at: number; size: number; directory: boolean }): Buffer {
  const bytes = Buffer.alloc(33 + entry.id.length + (entry.id.length % 2 === 0 ? 1 : 0));
  bytes[0] = bytes.length;
  both32(bytes, 2, entry.at);
  both32(bytes, 10, entry.size);
  DATE.record.copy(bytes, 18);
  bytes[25] = entry.directory ? 2 : 0;
  both16(bytes, 28, 1);
  bytes[32] = entry.id.length;
  entry.id.copy(bytes, 33);
  return bytes;
}

function pathTable(root: number, order: "little" | "big"): Buffer {
  const table = Buffer.alloc(10);
  table[0] = 1;
  if (order === "little") {
    table.writeUInt32LE(root, 2);
    table.writeUInt16LE(1, 6);
  } else {
    table.writeUInt32BE(root, 2);
    table.writeUInt16BE(1, 6);
  }
  return table;
}

/** The primary tree allows capitals, digits and `_`; Linux shows the Joliet names. */
function plainName(name: string): Buffer {
  const upper = name.toUpperCase().replace(/[^A-Z0-9_.]/g, "_");
  return Buffer.from(`${upper}${upper.includes(".") ? "" : "."};1`);
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

function padUtf16(text: string, length: number): Buffer {
  return Buffer.concat([utf16be(text.padEnd(Math.floor(length / 2))), Buffer.alloc(length % 2)]);
}

function both16(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt16LE(value, at);
  buffer.writeUInt16BE(value, at + 2);
}

function both32(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32LE(value, at);
  buffer.writeUInt32BE(value, at + 4);
}
