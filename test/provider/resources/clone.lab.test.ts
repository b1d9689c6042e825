import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import { UNKNOWN } from "../../../provider/handler.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { makeImage, run, STORE, storedFiles, tryRun } from "../support.js";

const BASE = "/root/base.qcow2";
const OTHER = "/root/other.qcow2";
const image = (path = BASE) => ({ path, format: "qcow2", backing: [] });
const MIB = 1024 ** 2;

interface ImageInfo {
  "virtual-size": number;
  "backing-filename"?: string;
}

async function info(path: unknown): Promise<ImageInfo | undefined> {
  const text = await tryRun("qemu-img", "info", "-U", "--output=json", String(path));
  return text === undefined ? undefined : (JSON.parse(text) as ImageInfo);
}

describe("Clone", () => {
  before(async () => {
    await makeImage(BASE);
    await makeImage(OTHER, "32M");
  });

  lifecycle({
    type: "Clone",
    handler: handlers.Clone,
    args: () => ({ image: image() }),
    observe: async ({ path }) => (await info(path))?.["backing-filename"],
    leftovers: async () => (await storedFiles("disks")).filter((file) => !file.endsWith(".json")),
    drifts: [
      {
        title: "the manifest was removed",
        happen: async ({ path }) => rm(`${path}.json`),
        paths: ["owner.urn"],
      },
    ],
    removeByHand: async ({ path }) => rm(String(path)),
    replacement: { args: () => ({ image: image(OTHER) }), paths: ["image.path"] },
    fixed: () => ({ path: `${STORE}/disks/fixed.qcow2` }),
    recoversLostState: false,
  });

  test("its manifest goes with it", async () => assert.deepEqual(await storedFiles("disks"), []));
});

test("A disk grows in place, to any size, and is never cut off", async () => {
  const clone = new Subject(handlers.Clone, "Clone", "grow");
  await clone.up({ image: image() });
  assert.equal(clone.outputs.virtualSize, 16 * MIB);
  const { path } = clone.outputs;
  // 0.1 GiB is no whole number of sectors.
  for (const size of [0.1, 0.123456789, 0.25]) {
    await clone.up({ image: image(), size });
    assert.equal(clone.outputs.path, path);
    assert.ok(Math.abs(((await info(path))?.["virtual-size"] ?? 0) - size * 1024 * MIB) < 512);
    assert.deepEqual(await clone.preview({ image: image(), size }), []);
    await clone.refresh();
    assert.deepEqual(await clone.preview({ image: image(), size }), []);
  }
  await assert.rejects(
    clone.up({ image: image(), size: 0.2 }),
    /^RangeError: Cannot shrink disk ".*": it has 0.25 GiB, 0.2 GiB are wanted; shrinking would cut off data$/,
  );
  await clone.refresh();
  assert.deepEqual(await clone.preview({ image: image() }), [], "a size that is not declared any more is kept");
  await clone.destroy();
});

test("A disk that somebody made larger shows as drift", async () => {
  const clone = new Subject(handlers.Clone, "Clone", "larger");
  await clone.up({ image: image(), size: 0.1 });
  await run("qemu-img", "resize", "-q", String(clone.outputs.path), "1G");
  await clone.refresh();
  assert.deepEqual(await clone.preview({ image: image(), size: 0.1 }), [
    { path: "size", impact: "live", old: 1, new: 0.1 },
  ]);
  await clone.destroy();
});

test("A disk is refused on an image that is missing or larger than it", async () => {
  const clone = new Subject(handlers.Clone, "Clone", "bad");
  await assert.rejects(clone.up({ image: image("/root/none.qcow2") }), /its image \/root\/none.qcow2 is not there; /);
  await assert.rejects(clone.up({ image: image(), size: 0.001 }), /a disk of 0.001 GiB would cut it off/);
  assert.equal(clone.id, undefined);
  assert.deepEqual(await storedFiles("disks"), []);
});

test("What is left when making a disk fails is nothing", async () => {
  await writeFile("/root/garbage.qcow2", "not an image".padEnd(4096));
  const clone = new Subject(handlers.Clone, "Clone", "garbage");
  await assert.rejects(clone.up({ image: image("/root/garbage.qcow2") }), /qemu-img create .*Image is not in qcow2/s);
  assert.equal(clone.id, undefined);
  assert.deepEqual(await storedFiles("disks"), []);
});

test("A path stays unknown while the host or the name is", async () => {
  const clone = new Subject(handlers.Clone, "Clone", "unknown");
  for (const more of [{ host: UNKNOWN }, { host: { store: UNKNOWN } }, { name: UNKNOWN }]) {
    assert.equal((await clone.check({ image: image(), ...more })).path, UNKNOWN);
  }
  assert.match(
    String((await clone.check({ image: UNKNOWN })).path),
    /^\/var\/lib\/pulumi-kvm\/disks\/lab-dev-unknown-/,
  );
});

test("Disks stand on disks", async () => {
  const lower = new Subject(handlers.Clone, "Clone", "lower");
  await lower.up({ image: image() });
  const upper = new Subject(handlers.Clone, "Clone", "upper");
  const chain = { path: lower.outputs.path, format: "qcow2", backing: [{ path: BASE, format: "qcow2" }] };
  await upper.up({ image: chain });
  await upper.refresh();
  assert.deepEqual(await upper.preview({ image: chain }), []);
  await upper.destroy();
  await lower.destroy();
});
