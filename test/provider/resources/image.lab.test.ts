import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, copyFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { before, describe, test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { makeImage, run, STORE, storedFiles } from "../support.js";

const IMAGE = "/root/base.qcow2";
const OTHER = "/root/other.qcow2";

async function users(digest: unknown): Promise<string[]> {
  const text = await readFile(`${STORE}/images/${digest}.json`, "utf8").catch(() => '{"users":[]}');
  return (JSON.parse(text) as { users: { urn: string }[] }).users.map(({ urn }) => urn.split("::").at(-1) ?? "");
}

async function sha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

describe("Image", () => {
  before(async () => {
    await makeImage(IMAGE);
    await makeImage(OTHER, "32M");
  });

  lifecycle({
    type: "Image",
    handler: handlers.Image,
    args: () => ({ source: IMAGE }),
    observe: async ({ path, digest }) => ((await sha256(String(path))) === digest ? "whole" : undefined),
    // Files stay until `prune`; what is left over are users.
    leftovers: async () => {
      const files = (await storedFiles("images")).filter((file) => file.endsWith(".json"));
      const lists = await Promise.all(files.map((file) => users(file.slice("images/".length, -".json".length))));
      return lists.flat();
    },
    drifts: [
      {
        title: "its user entry was dropped",
        happen: async ({ digest }) => {
          const path = `${STORE}/images/${digest}.json`;
          const manifest = JSON.parse(await readFile(path, "utf8")) as object;
          await writeFile(path, JSON.stringify({ ...manifest, users: [] }));
        },
        paths: ["owner.urn"],
        verify: async ({ digest }) => assert.deepEqual(await users(digest), ["thing"]),
      },
    ],
    removeByHand: async ({ path }) => rm(String(path)),
    replacement: { args: () => ({ source: OTHER }), paths: ["source"] },
  });
});

test("Two that declare the same image share one read-only file, which stays when both are gone", async () => {
  const [one, two] = ["one", "two"].map((name) => new Subject(handlers.Image, "Image", name));
  assert.ok(one !== undefined && two !== undefined);
  await Promise.all([one.up({ source: IMAGE }), two.up({ source: IMAGE })]);
  assert.equal(one.outputs.path, two.outputs.path);
  assert.deepEqual((await users(one.id)).sort(), ["one", "two"]);
  const { path } = one.outputs;
  assert.equal((await stat(String(path))).mode & 0o777, 0o444);
  await one.destroy();
  assert.deepEqual(await users(two.id), ["two"]);
  await two.destroy();
  assert.ok((await stat(String(path))).isFile());
  assert.deepEqual(await storedFiles("work"), []);
});

test("A stored image that somebody damaged is gone, and is fetched again", async () => {
  const image = new Subject(handlers.Image, "Image", "damaged");
  await image.up({ source: IMAGE });
  const path = String(image.outputs.path);
  await chmod(path, 0o644);
  const bytes = await readFile(path);
  bytes[100] = 0xff;
  await writeFile(path, bytes);
  assert.equal(await image.refresh(), false);
  await image.up({ source: IMAGE });
  assert.equal(await sha256(path), image.outputs.digest);
  await image.destroy();
});

test("An image whose source has changed since is pinned to what was fetched", async () => {
  const source = "/root/moving.qcow2";
  await copyFile(IMAGE, source);
  const image = new Subject(handlers.Image, "Image", "pinned");
  await image.up({ source });
  const { digest } = image.outputs;
  await copyFile(OTHER, source);
  await image.refresh();
  await image.up({ source });
  assert.equal(image.outputs.digest, digest);
  await image.destroy();
});

test("An image comes over http and is verified against its checksum", async () => {
  const bytes = await readFile(IMAGE);
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base.qcow2`;
  const checksum = `sha512:${createHash("sha512").update(bytes).digest("hex")}`;
  try {
    const many = Array.from({ length: 5 }, (_, index) => new Subject(handlers.Image, "Image", `n${index}`));
    await Promise.all(many.map((image) => image.up({ source, checksum })));
    assert.equal(requests, 1, "five that ask at once fetch it once");
    const wrong = new Subject(handlers.Image, "Image", "wrong");
    await assert.rejects(
      wrong.up({ source, checksum: `sha256:${"0".repeat(64)}` }),
      /^Error: Cannot use image http.*: its sha256 is [0-9a-f]{64}, 0{64} was declared; correct the checksum/,
    );
    assert.equal(wrong.id, undefined);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe("A source that is no usable image is refused with what is the case and what to do", () => {
  const refused = (title: string, make: () => Promise<string>, message: RegExp) =>
    test(title, async () => {
      const image = new Subject(handlers.Image, "Image", "refused");
      await assert.rejects(image.up({ source: await make() }), message);
      assert.equal(image.id, undefined);
      assert.deepEqual(await storedFiles("work"), []);
    });

  refused(
    "missing",
    async () => "/root/nowhere.qcow2",
    /Cannot read image \/root\/nowhere.qcow2: there is no such file;/,
  );
  refused("a folder", async () => "/root", /Cannot read image \/root: it is not a file;/);
  refused(
    "standing on another file",
    async () => {
      await run("qemu-img", "create", "-q", "-f", "qcow2", "-b", IMAGE, "-F", "qcow2", "/root/overlay.qcow2");
      return "/root/overlay.qcow2";
    },
    /Cannot use image \/root\/overlay.qcow2: it stands on another file \(\/root\/base.qcow2\); flatten it/,
  );
  refused(
    "of another format",
    async () => {
      await run("qemu-img", "create", "-q", "-f", "vmdk", "/root/x.vmdk", "1M");
      return "/root/x.vmdk";
    },
    /Cannot use image \/root\/x.vmdk: its format is vmdk, it must be qcow2 or raw; convert it/,
  );
  refused(
    "cut off in its tables",
    async () => {
      await writeFile("/root/cut.qcow2", (await readFile(IMAGE)).subarray(0, 512));
      return "/root/cut.qcow2";
    },
    /Cannot use image \/root\/cut.qcow2: .*; fetch it again or correct the source/s,
  );
  refused(
    "empty",
    async () => {
      await writeFile("/root/empty.img", "");
      return "/root/empty.img";
    },
    /Cannot use image \/root\/empty.img: it is empty;/,
  );
  refused(
    "a web page",
    async () => {
      await writeFile("/root/page.qcow2", "<!DOCTYPE html>\n<html><title>404</title></html>\n".padEnd(2048));
      return "/root/page.qcow2";
    },
    /Cannot use image \/root\/page.qcow2: it is a web page, not a disk image;/,
  );
  refused(
    "on a port where nobody listens",
    async () => "http://127.0.0.1:9/x",
    /Cannot download image http.*check the address/,
  );
});
