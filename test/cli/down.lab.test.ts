import assert from "node:assert/strict";
import { test } from "node:test";
import { currentHost } from "../lab/current.js";
import { testImage } from "../lab/image.js";
import { pulumiYaml, testProject } from "./project.js";

const image = testImage();

/** A guest without an operating system that matters: it is started and not waited for. */
const program = (source: string) => `
  import * as kvm from "pulumi-kvm";
  const host = new kvm.Host("local");
  const bridge = new kvm.Bridge("br", { host });
  const image = new kvm.Image("base", { host, source: ${JSON.stringify(source)} });
  const disk = new kvm.Clone("guest", { host, image });
  const seed = new kvm.Seed("guest", { host, hostname: "guest" });
  new kvm.Domain("guest", {
    host, seed, memory: 64, shutdownGrace: 0,
    disks: [{ name: "root", source: disk }],
    interfaces: [{ name: "eth0", bridge }],
  });
`;

test("down takes guests and bridges away, snapshots named first, and the next up takes the disks as they are", {
  skip: image.available ? false : image.reason,
}, async () => {
  assert.ok(image.available);
  const { run } = currentHost();
  const lines = async (...argv: [string, ...string[]]) =>
    (await run(argv)).stdout.split("\n").filter((line) => line.trim() !== "");
  await using project = await testProject("tray", {
    "Pulumi.yaml": pulumiYaml("tray"),
    "index.mjs": program(image.path),
  });
  const ok = async (...args: string[]) => {
    const { exitCode, output } = await project.compose(args);
    assert.equal(exitCode, 0, output);
    return output;
  };
  await ok("up", "--yes", "--skip-preview");
  const disks = await lines("find", "/var/lib/pulumi-kvm/disks", "-name", "*.qcow2", "-printf", "%i\n");
  const [name = ""] = await lines("virsh", "list", "--name");
  await run(["virsh", "snapshot-create-as", name, "--name", "before"]);

  assert.match(await ok("down", "--preview-only"), /Snapshots of domain "tray-dev-guest" go with it: before/);
  assert.equal((await project.compose(["down", "--skip-preview"])).exitCode, 2, "nobody agreed to lose the snapshot");
  assert.deepEqual(await lines("virsh", "list", "--name"), [name]);

  assert.match(await ok("down", "--yes"), /go with it: before/);
  assert.deepEqual(await lines("virsh", "list", "--all", "--name"), []);
  assert.deepEqual((await project.resources()).sort(), ["Clone guest", "Host local", "Image base", "Seed guest"]);

  const planned = await ok("preview");
  assert.match(planned, /\+ +Domain +guest/);
  assert.match(planned, /\+ +Bridge +br/);
  assert.doesNotMatch(planned, /Clone|Image|Seed/);
  await ok("up", "--yes", "--skip-preview");
  assert.deepEqual(await lines("find", "/var/lib/pulumi-kvm/disks", "-name", "*.qcow2", "-printf", "%i\n"), disks);
  await ok("destroy", "--yes", "--skip-preview");
});
