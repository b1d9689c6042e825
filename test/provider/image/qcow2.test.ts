import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { localHost } from "../../../provider/host/local.js";
import { readImageHeader } from "../../../provider/image/qcow2.js";

const folder = mkdtempSync(join(tmpdir(), "provider-qcow2-"));
const host = localHost({ kind: "local", name: "local", store: folder, uri: "test:///default" });
after(() => rmSync(folder, { recursive: true }));

const installed = spawnSync("qemu-img", ["--version"]).status === 0;
const at = (name: string) => join(folder, name);
const create = (...args: string[]) => assert.equal(spawnSync("qemu-img", ["create", "-q", ...args]).status, 0);

describe("Headers that qemu-img writes", { skip: installed ? false : "qemu-img is not installed" }, () => {
  for (const compat of ["0.10", "1.1"]) {
    test(`are read, version ${compat}`, async () => {
      create("-f", "qcow2", "-o", `compat=${compat}`, at("base.qcow2"), "5G");
      assert.deepEqual(await readImageHeader(host, at("base.qcow2")), {
        format: "qcow2",
        virtualSize: 5 * 1024 ** 3,
        backing: undefined,
      });
      const overlay = at("overlay with blanks, ü.qcow2");
      create("-f", "qcow2", "-o", `compat=${compat}`, "-b", at("base.qcow2"), "-F", "qcow2", overlay);
      assert.deepEqual((await readImageHeader(host, overlay))?.backing, { path: at("base.qcow2"), format: "qcow2" });
    });
  }
});

test("Anything else is raw, as large as it is, and absent is absent", async () => {
  writeFileSync(at("raw"), "QFI");
  truncateSync(at("raw"), 4096);
  assert.deepEqual(await readImageHeader(host, at("raw")), { format: "raw", virtualSize: 4096, backing: undefined });
  assert.equal(await readImageHeader(host, at("none")), undefined);
});
