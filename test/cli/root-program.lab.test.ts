import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { before, test } from "node:test";
import { execa } from "execa";
import { currentHost } from "../lab/current.js";
import { testImage } from "../lab/image.js";

const repository = path.resolve(import.meta.dirname, "../..");
const image = testImage();
const hasPulumi = (await execa("pulumi", ["version"], { reject: false })).exitCode === 0;
const skip = image.available ? false : image.reason;
const skipPulumi = skip !== false ? skip : hasPulumi ? false : "the Pulumi CLI is not on PATH";

const ALICE = "quickstart-dev-alice";
let env: Record<string, string> = {};

before(async () => {
  const state = await mkdtemp(path.join(process.env.TMPDIR ?? "/tmp", "state-"));
  env = {
    NO_COLOR: "1",
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: path.join(state, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    QUICKSTART_IMAGE: image.available ? image.path : "",
  };
});

async function run(file: string, ...args: string[]): Promise<{ exitCode: number | undefined; all: string }> {
  const options = { cwd: repository, env, stdin: "ignore", all: true, reject: false, timeout: 150_000 } as const;
  const { exitCode, all } = await execa(file, args, options);
  return { exitCode, all };
}

const compose = (...args: string[]) => run(process.execPath, "dist/cli/main.js", ...args);
const pulumi = (...args: string[]) => run("pulumi", "--non-interactive", "-s", "dev", ...args);

async function ok(result: Promise<{ exitCode: number | undefined; all: string }>): Promise<string> {
  const { exitCode, all } = await result;
  assert.equal(exitCode, 0, all);
  return all;
}

async function breakAlice(): Promise<void> {
  await currentHost().run(["virsh", "destroy", ALICE]);
}

async function assertNothingRuns(): Promise<void> {
  assert.equal((await currentHost().run(["virsh", "list", "--all", "--name"])).stdout.trim(), "");
}

test("the program at the root goes up, shows drift and goes down with the embedded engine", { skip }, async () => {
  await ok(compose("up", "--yes", "--skip-preview"));
  await ok(compose("preview", "--expect-no-changes"));
  await breakAlice();
  assert.match(await ok(compose("preview")), /Domain +alice +update\n +running: observed false, declared true/);
  assert.match(await ok(compose("refresh", "--preview-only")), /running/);
  await ok(compose("destroy", "--yes", "--skip-preview"));
  await assertNothingRuns();
});

test("a stack crosses from the embedded engine to Pulumi's and back", { skip: skipPulumi }, async () => {
  await ok(compose("up", "--yes", "--skip-preview"));
  assert.match(await ok(pulumi("preview", "--expect-no-changes")), /11 unchanged/);
  await breakAlice();
  assert.match(await ok(pulumi("preview", "--diff")), /running +: false => true/);
  await ok(pulumi("up", "--yes", "--skip-preview"));
  await ok(compose("preview", "--expect-no-changes"));
  await ok(pulumi("destroy", "--yes", "--skip-preview"));
  await assertNothingRuns();
});

test("a stack crosses from Pulumi's engine to the embedded one", { skip: skipPulumi }, async () => {
  await ok(pulumi("up", "--yes", "--skip-preview"));
  await ok(compose("preview", "--expect-no-changes"));
  await ok(compose("destroy", "--yes", "--skip-preview"));
  await assertNothingRuns();
});
