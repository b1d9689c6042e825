import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { makeTestbed, type Testbed, testEnvironment } from "../engine/support/testbed.js";

const cli = path.resolve(import.meta.dirname, "../../dist/cli/main.js");

/** Things that the state takes for those of this package. */
const program = ({ isProtected = false } = {}) => `
  const made = (type, name, args = {}, options = {}) => {
    const code = 'exports.handler = () => require("pulumi-kvm/provider").Thing';
    const given = { name, folder, token: undefined, ...args, __provider: code };
    class Made extends pulumi.CustomResource {
      constructor() { super("pulumi-nodejs:dynamic/kvm:" + type, name, given, options); }
    }
    return new Made();
  };
  const image = made("Image", "image");
  const network = made("Network", "network");
  const seed = made("Seed", "seed", {}, { dependsOn: network });
  const disk = made("Clone", "disk", { uses: image.token }, { protect: ${isProtected} });
  made("Domain", "guest", { host: { kind: "nowhere" }, uses: [disk.token, seed.token] });
`;

async function compose(bed: Testbed, ...args: string[]) {
  const { exitCode, all } = await execa(process.execPath, [cli, ...args], {
    cwd: bed.directory,
    env: { ...testEnvironment(), NO_COLOR: "1", PULUMI_HOME: path.join(bed.directory, "home") },
    extendEnv: false,
    stdin: "ignore",
    all: true,
    reject: false,
  });
  return { code: exitCode, output: all };
}

test("down deletes guests and networks, and says what it cannot know; images, disks and seeds stay for the next up", async () => {
  using bed = makeTestbed(program());
  assert.equal((await bed.up()).result, "succeeded");
  const shown = await compose(bed, "down", "--preview-only");
  assert.equal(shown.code, 0, shown.output);
  assert.match(shown.output, /Snapshots of domain "guest" cannot be listed; if there are any, they go with it/);
  assert.equal(bed.existing().length, 5);

  const blind = await compose(bed, "down", "--skip-preview");
  assert.equal(blind.code, 2, blind.output);
  assert.equal(bed.existing().length, 5);

  const down = await compose(bed, "down", "--yes");
  assert.equal(down.code, 0, down.output);
  assert.deepEqual(bed.existing(), ["disk-plain", "image-plain", "seed-plain"]);
  assert.deepEqual((await bed.preview()).resourceChanges, { create: 2, same: 4 });
  await bed.up();

  const destroyed = await compose(bed, "destroy", "--yes", "--skip-preview", "--remove");
  assert.equal(destroyed.code, 0, destroyed.output);
  assert.deepEqual(bed.existing(), []);
  assert.equal((await compose(bed, "stack", "export")).code, 6);
});

test("destroy can leave protected resources alone, with what they need", async () => {
  using bed = makeTestbed(program({ isProtected: true }));
  await bed.up();
  const destroyed = await compose(bed, "destroy", "--yes", "--exclude-protected");
  assert.equal(destroyed.code, 0, destroyed.output);
  assert.match(destroyed.output, /Keeping 1 protected resources/);
  assert.deepEqual(bed.existing(), ["disk-plain", "image-plain"]);
});
