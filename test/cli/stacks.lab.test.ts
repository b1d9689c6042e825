import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { currentHost } from "../lab/current.js";
import { testImage } from "../lab/image.js";

const repository = path.resolve(import.meta.dirname, "../..");
const image = testImage();

test("the stacks example shares a base, keeps a secret, replaces one disk, and comes back after down", {
  skip: image.available ? false : image.reason,
}, async () => {
  assert.ok(image.available);
  const folder = await mkdtemp(path.join(tmpdir(), "stacks-"));
  await cp(path.join(repository, "examples/stacks"), folder, { recursive: true });
  await mkdir(path.join(folder, "node_modules/@pulumi"), { recursive: true });
  await symlink(repository, path.join(folder, "node_modules/pulumi-kvm"));
  await symlink(path.join(repository, "node_modules/@pulumi/pulumi"), path.join(folder, "node_modules/@pulumi/pulumi"));
  const run = async (project: "base" | "guests", ...args: string[]) => {
    const cli = path.join(repository, "dist/cli/main.js");
    const result = await execa(process.execPath, [cli, ...args], {
      cwd: path.join(folder, project),
      env: { NO_COLOR: "1", PULUMI_HOME: path.join(folder, "home") },
      stdin: "ignore",
      all: true,
      reject: false,
      timeout: 200_000,
    });
    assert.equal(result.exitCode, 0, `${args.join(" ")}:\n${result.all}`);
    return result.all;
  };

  await run("base", "stack", "init", "dev");
  await run("base", "config", "set", "image", image.path);
  await run("base", "up", "--yes", "--skip-preview");
  await run("guests", "stack", "init", "alice");
  await run("guests", "config", "set", "first", "10");
  await run("guests", "config", "set", "--secret", "token", "s3cret-token");
  assert.doesNotMatch(await run("guests", "up", "--yes", "--skip-preview"), /s3cret-token/);
  assert.match(await run("guests", "stack", "output", "machines"), /10\.73\.0\.11/);
  const state = path.join(folder, ".pulumi/stacks/own-guests/alice.json");
  assert.doesNotMatch(await readFile(state, "utf8"), /s3cret-token/);

  const disks = await diskFiles();
  const replaced = await run("guests", "up", "--yes", "--skip-preview", "--replace", "**Clone::red");
  assert.match(replaced, /Clone +red +created replacement/);
  assert.doesNotMatch(replaced, /Clone +blue/);
  assert.equal((await diskFiles()).filter((disk) => disks.includes(disk)).length, 1, "one disk is a new one");

  const kept = await diskFiles();
  await run("guests", "down", "--yes");
  assert.deepEqual(await diskFiles(), kept);
  await run("guests", "up", "--yes", "--skip-preview");
  assert.deepEqual(await diskFiles(), kept);
  await run("guests", "preview", "--expect-no-changes");

  await run("guests", "destroy", "--yes", "--skip-preview", "--remove");
  await run("base", "destroy", "--yes", "--skip-preview", "--remove");
  assert.deepEqual(await diskFiles(), []);
  await rm(folder, { recursive: true });
});

async function diskFiles(): Promise<string[]> {
  const { stdout } = await currentHost().run(["find", "/var/lib/pulumi-kvm/disks", "-name", "*.qcow2"]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}
