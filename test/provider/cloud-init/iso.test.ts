import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildIso } from "../../../provider/cloud-init/iso.js";

const SECTOR = 2048;

/** Reads what a volume descriptor leads to, by the numbers of the standard alone. */
function readTree(image: Buffer, type: 1 | 2): { label: string; files: Map<string, Buffer> } {
  const decode = (bytes: Buffer) =>
    type === 1 ? bytes.toString("ascii") : Buffer.from(bytes).swap16().toString("utf16le");
  let at = 16 * SECTOR;
  while (image[at] !== type) {
    assert.notEqual(image[at], 255, "no such descriptor");
    at += SECTOR;
  }
  const volume = image.subarray(at, at + SECTOR);
  assert.equal(volume.toString("ascii", 1, 6), "CD001");
  assert.equal(volume.readUInt32LE(80), volume.readUInt32BE(84));
  assert.equal(volume.readUInt32LE(80) * SECTOR, image.length);
  const root = { at: volume.readUInt32LE(158), size: volume.readUInt32LE(166) };
  const files = new Map<string, Buffer>();
  const directory = image.subarray(root.at * SECTOR, root.at * SECTOR + root.size);
  for (let offset = 0; (directory[offset] ?? 0) !== 0; offset += directory[offset] ?? 0) {
    const record = directory.subarray(offset, offset + (directory[offset] ?? 0));
    const [start, size] = [record.readUInt32LE(2), record.readUInt32LE(10)];
    assert.deepEqual([record.readUInt32BE(6), record.readUInt32BE(14)], [start, size]);
    if (((record[25] ?? 0) & 2) !== 0) continue;
    files.set(
      decode(record.subarray(33, 33 + (record[32] ?? 0))),
      image.subarray(start * SECTOR, start * SECTOR + size),
    );
  }
  return { label: decode(volume.subarray(40, 72)).trim(), files };
}

const contents = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
  fc.uint8Array({ maxLength: 6000 }).map((bytes) => Buffer.from(bytes)),
  { maxKeys: 8, noNullPrototype: true },
);

test("An independent reader finds label, names and bytes again", () => {
  fc.assert(
    fc.property(contents, (files) => {
      const { label, files: found } = readTree(buildIso("cidata", files), 2);
      assert.equal(label, "cidata");
      assert.deepEqual(Object.fromEntries(found), files);
      assert.equal(readTree(buildIso("cidata", files), 1).files.size, Object.keys(files).length);
    }),
  );
});

test("Equal content gives equal bytes, whatever the order", () => {
  const a = buildIso("cidata", { "user-data": Buffer.from("u"), "meta-data": Buffer.from("m") });
  const b = buildIso("cidata", { "meta-data": Buffer.from("m"), "user-data": Buffer.from("u") });
  assert.ok(a.equals(b));
});

test("Too many files are refused", () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`file-number-${index}`, Buffer.alloc(1)]));
  assert.throws(() => buildIso("cidata", files), /^RangeError: Cannot write a seed image: 60 files do not fit/);
});
