import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkFile } from "../../compose/check-file.js";

const folder = mkdtempSync(join(tmpdir(), "compose-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, "kvm-compose.yaml");

test("a file that is not there is a diagnostic", () => {
  const missing = join(folder, "none.yaml");
  assert.match(checkFile(missing).text, /none\.yaml: error: there is no such file: run in the folder of a testbed/);
  assert.match(checkFile(folder).text, /error: the file cannot be read: /);
});

test("local images are looked for beside the file", () => {
  writeFileSync(file, "machines: [{name: a, libvirt: {libvirt_type: {cloud_image: {path: base.img}}}}]\n");
  assert.match(checkFile(file).text, /the image "base\.img" is not there/);
  writeFileSync(join(folder, "base.img"), "");
  assert.deepEqual(checkFile(file), { diagnostics: [], text: "" });
});

test("the example has no problems once its image is there", () => {
  const example = join(import.meta.dirname, "../../examples/quickstart/kvm-compose.yaml");
  const environment = { QUICKSTART_IMAGE: join(folder, "base.img") };
  assert.equal(checkFile(example, { environment }).text, "");
  assert.match(checkFile(example, { environment: {} }).text, /the image "guest\.qcow2" is not there/);
});

test("checking loads no engine", () => {
  const script = `
    await import(${JSON.stringify(join(import.meta.dirname, "../../compose/check-file.ts"))});
    const { createRequire } = await import("node:module");
    const loaded = Object.keys(createRequire(import.meta.url).cache ?? {});
    if (loaded.some((path) => path.includes("@pulumi"))) throw new Error("Pulumi was loaded");`;
  execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { stdio: "pipe" });
});
