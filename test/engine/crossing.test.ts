import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeTestbed, type Testbed, testEnvironment } from "./support/testbed.js";

const found = spawnSync("pulumi", ["version"], { encoding: "utf8" });
const skip = found.status === 0 ? false : "the Pulumi CLI is not on PATH";

/** Runs the Pulumi CLI on the testbed's stack; answers what it printed. */
function pulumi(bed: Testbed, ...args: string[]): string {
  const home = join(bed.directory, "home");
  mkdirSync(home, { recursive: true });
  const env = {
    ...testEnvironment(),
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const run = spawnSync("pulumi", [...args, "--non-interactive", "--stack", "dev"], {
    cwd: bed.directory,
    env,
    encoding: "utf8",
  });
  const output = `${run.stdout}${run.stderr}`;
  assert.equal(run.status, 0, `pulumi ${args.join(" ")} failed:\n${output}`);
  return output;
}

const PROGRAM = (size: number) => `
  class Group extends pulumi.ComponentResource {
    constructor(name) {
      super("my:mod:Group", name, { secret: pulumi.secret("s") });
      this.inner = thing(name + "-inner", { size: 1 }, { parent: this });
      this.registerOutputs({ token: this.inner.token });
    }
  }
  const a = thing("a", { size: ${size}, secret: pulumi.secret("hunter22") });
  thing("b", { uses: a.token }, { additionalSecretOutputs: ["token"], customTimeouts: { create: "90s" } });
  new Group("g");
  exports.size2 = a.size2;
  exports.secret = pulumi.secret(a.token);
`;

test("A stack made by the embedded engine is unchanged, changed and destroyed by the Pulumi CLI", {
  skip,
}, async () => {
  using bed = makeTestbed(PROGRAM(1));
  await bed.up();
  pulumi(bed, "preview", "--expect-no-changes");
  assert.match(pulumi(bed, "stack", "output", "--show-secrets"), /token-of-a/);
  bed.program(PROGRAM(2));
  assert.match(pulumi(bed, "up", "--yes", "--skip-preview"), /~ 1 updated\s+4 unchanged/);
  assert.equal(bed.thing("a-plain").size, 2);
  assert.deepEqual((await bed.up()).resourceChanges, { same: 5 });
  assert.match(pulumi(bed, "stack", "history"), /UpdateKind: update[\s\S]*UpdateKind: update/);
  assert.match(pulumi(bed, "destroy", "--yes", "--skip-preview"), /5 deleted/);
  assert.deepEqual(bed.existing(), []);
});

test("A stack made by the Pulumi CLI is unchanged, changed and destroyed by the embedded engine", {
  skip,
}, async () => {
  using bed = makeTestbed(PROGRAM(1));
  pulumi(bed, "stack", "init");
  pulumi(bed, "up", "--yes", "--skip-preview");
  assert.deepEqual((await bed.preview({ refresh: true })).resourceChanges, { same: 5 });
  bed.program(PROGRAM(2));
  assert.deepEqual((await bed.up()).resourceChanges, { update: 1, same: 4 });
  pulumi(bed, "preview", "--expect-no-changes");
  assert.equal((await bed.destroy()).result, "succeeded");
  assert.deepEqual(bed.existing(), []);
  assert.match(pulumi(bed, "preview"), /5 to create/);
});
