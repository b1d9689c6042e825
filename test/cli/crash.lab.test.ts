import assert from "node:assert/strict";
import { test } from "node:test";
import { currentHost } from "../lab/current.js";
import { testImage } from "../lab/image.js";
import { pulumiYaml, type TestProject, testProject } from "./project.js";

const image = testImage();
const GUESTS = 4;

/** Guests without an operating system that matters: they are started and not waited for. */
function program(source: string): string {
  return `
    import * as kvm from "pulumi-kvm";
    const host = new kvm.Host("local");
    const key = new kvm.KeyPair("key");
    const bridge = new kvm.Bridge("br", { host });
    const image = new kvm.Image("base", { host, source: ${JSON.stringify(source)} });
    for (let n = 0; n < ${GUESTS}; n += 1) {
      const name = "g" + n;
      const disk = new kvm.Clone(name, { host, image });
      const seed = new kvm.Seed(name, { host, hostname: name, sshAuthorizedKeys: [key.publicKey] });
      new kvm.Domain(name, {
        host, seed, memory: 64, shutdownGrace: 0,
        disks: [{ name: "root", source: disk }],
        interfaces: [{ name: "eth0", bridge }],
      });
    }
  `;
}

test("an up that is killed at any moment is completed by the next one", {
  skip: image.available ? false : image.reason,
}, async (t) => {
  const moments = process.env.PULUMI_KVM_LONG === "1" ? range(60, 25) : [1150, 1300, 1500];
  for (const moment of moments) {
    await t.test(`killed after ${moment} ms`, async () => {
      assert.ok(image.available);
      await using project = await testProject("crash", {
        "Pulumi.yaml": pulumiYaml("crash"),
        "index.mjs": program(image.path),
      });
      await project.composeKilledAfter(moment, ["up", "--yes", "--skip-preview"]);

      const second = await project.compose(["up", "--yes", "--skip-preview"]);
      assert.equal(second.exitCode, 0, second.output);
      await assertExactlyOneOfEach(project);
      const third = await project.compose(["preview", "--expect-no-changes"]);
      assert.equal(third.exitCode, 0, third.output);

      const down = await project.compose(["destroy", "--yes", "--skip-preview"]);
      assert.equal(down.exitCode, 0, down.output);
      await assertNothingIsLeft();
    });
  }
});

function range(count: number, step: number): number[] {
  return Array.from({ length: count }, (_, index) => 300 + index * step);
}

async function assertExactlyOneOfEach(project: TestProject): Promise<void> {
  const resources = await project.resources();
  assert.equal(new Set(resources).size, resources.length, "no resource is in the state twice");
  assert.equal(resources.filter((name) => name.startsWith("Domain")).length, GUESTS);
  assert.equal((await lines("virsh", "list", "--name")).length, GUESTS, "as many domains run as are declared");
  assert.equal((await files("disks", ".qcow2")).length, GUESTS, "one disk a guest");
  assert.equal((await files("seeds", ".iso")).length, GUESTS, "one seed a guest");
}

async function assertNothingIsLeft(): Promise<void> {
  assert.deepEqual(await lines("virsh", "list", "--all", "--name"), []);
  assert.deepEqual(await files("disks"), []);
  assert.deepEqual(await files("seeds"), []);
  assert.deepEqual(await files("links"), []);
  assert.doesNotMatch((await currentHost().run(["ip", "-br", "link"])).stdout, /crash-dev-br/);
}

async function files(folder: string, ending = ""): Promise<string[]> {
  const found = await lines("find", `/var/lib/pulumi-kvm/${folder}`, "-type", "f");
  return found.filter((name) => name.endsWith(ending));
}

async function lines(...argv: [string, ...string[]]): Promise<string[]> {
  const { stdout } = await currentHost().run(argv);
  return stdout.split("\n").filter((line) => line.trim() !== "");
}
