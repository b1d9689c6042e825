import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { currentHost } from "../lab/current.js";
import { testImage } from "../lab/image.js";

const repository = path.resolve(import.meta.dirname, "../..");
const image = testImage();

test("the tour brings the example up, shows drift, repairs it, and leaves only the store when it is destroyed", {
  skip: image.available ? false : image.reason,
}, async () => {
  assert.ok(image.available);
  // The state of the example belongs into its folder; a test keeps it out of the checkout.
  const state = await mkdtemp(path.join(process.env.TMPDIR ?? "/tmp", "state-"));
  const env = { NO_COLOR: "1", PULUMI_BACKEND_URL: `file://${state}`, PULUMI_HOME: path.join(state, "home") };
  const tour = (...args: string[]) =>
    execa(process.execPath, ["--import", "tsx", "scripts/quickstart.ts", ...args], {
      cwd: repository,
      env,
      stdin: "ignore",
      all: true,
      reject: false,
      timeout: 200_000,
    });

  const first = await tour("--image", image.path);
  assert.equal(first.exitCode, 0, first.all);
  assert.match(first.all, /2 packets received|2 received/, "one guest pings the other");
  assert.match(first.all, /running: observed false, declared true \(live\)/);
  assert.match(first.all, /memory: observed 256, declared 192 \(live\)/);
  const drift = first.all.split("5. The preview shows exactly that")[1]?.split("6. Repair it")[0] ?? "";
  assert.equal(drift.match(/observed/g)?.length, 2, `exactly what was broken is shown:\n${drift}`);
  assert.match(first.all.split("6. Repair it")[1] ?? "", /Preview nothing to change/);

  const again = await tour("--image", image.path);
  assert.equal(again.exitCode, 0, again.all);
  assert.match(again.all.split("3. The proof")[0] ?? "", /nothing to change/, "a second tour finds the testbed up");

  const down = await tour("--destroy");
  assert.equal(down.exitCode, 0, down.all);
  const { run } = currentHost();
  assert.equal((await run(["virsh", "list", "--all", "--name"])).stdout.trim(), "");
  assert.equal((await run(["ovs-vsctl", "list-br"])).stdout.trim(), "");
  const left = (await run(["find", "/var/lib/pulumi-kvm", "-type", "f", "-not", "-path", "*/locks/*"])).stdout
    .trim()
    .split("\n");
  for (const file of left) assert.match(file, /\/(images\/[0-9a-f]{64}\.(json|qcow2)|host-id|facts\.json)$/);
});
