import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { commandLine } from "./command-line.js";

test("A lock of a living process is named, and taken away when somebody insists", async () => {
  await using line = await commandLine();
  await line.ok("stack", "init", "dev");
  const lock = { pid: process.pid, username: "bob", hostname: hostname(), timestamp: new Date().toISOString() };
  await line.write(".pulumi/locks/organization/proj/dev/one.json", JSON.stringify(lock));
  await line.write(".pulumi/locks/organization/proj/dev/two.json", "not JSON");

  const held = await line.run("state", "unprotect", "--all");
  assert.equal(held.code, 1);
  assert.match(held.stderr, /locked by 2 lock\(s\)[\s\S]*kvm-compose cancel[\s\S]*created by bob@/);

  const canceled = await line.ok("cancel", "dev");
  assert.match(canceled, /Locked by file:.*one\.json: created by bob@.* \(pid \d+\) at /);
  assert.match(canceled, /has been canceled: 2 lock\(s\) removed/);
  await line.ok("state", "unprotect", "--all");
  assert.match(await line.ok("cancel"), /is not locked/);
});

test("A run that died before it wrote any state can be cancelled, too", async () => {
  await using line = await commandLine();
  assert.equal((await line.run("cancel", "--yes")).code, 6);
  const locks = join(line.folder, ".pulumi/locks/organization/proj/dev");
  await mkdir(locks, { recursive: true });
  await writeFile(join(locks, "one.json"), "{}");
  await line.ok("cancel", "--yes");
  assert.deepEqual(await line.names(".pulumi/locks/organization/proj/dev"), []);
});
