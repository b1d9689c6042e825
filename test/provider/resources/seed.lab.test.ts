import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { test } from "node:test";
import * as handlers from "../../../provider/dynamic.js";
import { UNKNOWN } from "../../../provider/handler.js";
import { lifecycle } from "../../contract/lifecycle.js";
import { Subject } from "../../contract/subject.js";
import { run, STORE, storedFiles } from "../support.js";

const args = () => ({ hostname: "web", sshAuthorizedKeys: ["ssh-ed25519 AAAA me"] });

lifecycle({
  type: "Seed",
  handler: handlers.Seed,
  args,
  observe: async ({ path }) => readFile(String(path)).catch(() => undefined),
  leftovers: async () => (await storedFiles("seeds")).filter((file) => !file.endsWith(".json")),
  drifts: [{ title: "the manifest was removed", happen: async ({ path }) => rm(`${path}.json`), paths: ["owner.urn"] }],
  removeByHand: async ({ path }) => rm(String(path)),
  replacement: { args: () => ({ ...args(), hostname: "db" }), paths: ["path"] },
  fixed: () => ({ path: `${STORE}/seeds/fixed.iso` }),
});

test("A seed is for root's eyes only, and its manifest goes with it", async () => {
  const seed = new Subject(handlers.Seed, "Seed", "mode");
  await seed.up(args());
  assert.equal((await stat(String(seed.outputs.path))).mode & 0o777, 0o600);
  await seed.destroy();
  assert.deepEqual(await storedFiles("seeds"), []);
});

test("A seed that somebody changed is gone, and is made again", async () => {
  const seed = new Subject(handlers.Seed, "Seed", "changed");
  await seed.up(args());
  await writeFile(String(seed.outputs.path), "x");
  assert.equal(await seed.refresh(), false);
  await seed.up(args());
  assert.ok((await stat(String(seed.outputs.path))).size > 1);
  await seed.destroy();
});

test("Linux reads the seed with the label that cloud-init looks for", async () => {
  const seed = new Subject(handlers.Seed, "Seed", "blkid");
  await seed.up({ ...args(), userData: "#!/bin/sh\n", networkConfig: { version: 2 } });
  const label = await run("blkid", "-p", "-o", "value", "-s", "LABEL", String(seed.outputs.path));
  assert.equal(label.trim(), "cidata");
  await seed.destroy();
});

test("A seed whose content is not known yet has no path yet, and that is no replacement", async () => {
  const seed = new Subject(handlers.Seed, "Seed", "later");
  await seed.up(args());
  const changes = (await seed.preview({ ...args(), sshAuthorizedKeys: [UNKNOWN] })) ?? [];
  assert.deepEqual(
    changes.map(({ path, impact, new: wanted }) => [path, impact, wanted]),
    [["path", "live", UNKNOWN]],
  );
  await seed.destroy();
});

test("Two seeds of one content and name at the same path do not take each other's file away", async () => {
  const seed = new Subject(handlers.Seed, "Seed", "same");
  await seed.up(args());
  const old = seed.copy();
  seed.forget();
  await seed.up(args());
  await old.destroy();
  assert.ok(await seed.refresh());
  await seed.destroy();
});
