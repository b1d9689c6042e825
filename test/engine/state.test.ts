import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { blankState } from "../../engine/deployment/desired.js";
import { decodeResource, encodeResource, magicOf, parseCheckpoint } from "../../engine/state/checkpoint.js";
import { groupCommit } from "../../engine/state/group-commit.js";
import { verifyIntegrity } from "../../engine/state/integrity.js";
import { checkLayout, listStacks, stackPaths } from "../../engine/state/layout.js";
import { acquireLock } from "../../engine/state/lock.js";
import type { ResourceState } from "../../engine/state/resource.js";
import { openSnapshot } from "../../engine/state/snapshot.js";
import { loadCheckpoint, retireVariants, saveCheckpoint } from "../../engine/state/store.js";
import { Secret } from "../../engine/values/value.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "engine-state-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const crypter = {
  salt: "v1:s:c",
  encrypt: (text: string) => Buffer.from(text).toString("hex"),
  decrypt: (text: string) => Buffer.from(text, "hex").toString(),
};

function resource(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  return {
    ...blankState({ urn: `urn:pulumi:dev::bed::t:t:T::${name}`, type: "t:t:T", custom: true }),
    id: name,
    ...fields,
  };
}

const EMPTY = '{"version":3,"checkpoint":{}}';

test("Resources come back from the state as they were", () => {
  const full = resource("a", {
    inputs: { size: 1, key: new Secret("k") },
    outputs: { token: new Secret({ deep: [1] }) },
    parent: "urn:p",
    provider: "urn:q::id",
    dependencies: ["urn:d"],
    propertyDependencies: { size: ["urn:d"], key: [] },
    initErrors: ["slow"],
    protect: true,
    customTimeouts: { create: 90 },
    created: "2026-01-01T00:00:00Z",
  });
  const stored = encodeResource(full, crypter);
  assert.deepEqual(decodeResource(JSON.parse(JSON.stringify(stored)), crypter), full);
  assert.ok(!("delete" in stored) && !("ignoreChanges" in stored));
});

test("A damaged state is refused, naming the file and the place", () => {
  assert.throws(() => parseCheckpoint("{", "/x/dev.json"), /Cannot read "\/x\/dev.json": it is not JSON/);
  const noUrn = '{"version":3,"checkpoint":{"latest":{"resources":[{"custom":true,"type":"t"}]}}}';
  assert.throws(() => parseCheckpoint(noUrn, "/x/dev.json"), /not a valid checkpoint:[\s\S]*resources\[0\].urn/);
});

test("States that need what this engine does not have are refused, naming it", () => {
  assert.throws(() => parseCheckpoint('{"version":5,"checkpoint":{}}', "f"), /unsupported checkpoint version 5/);
  const features = '{"version":4,"features":["taint","views"],"checkpoint":{}}';
  assert.throws(() => parseCheckpoint(features, "f"), /support for the following features: taint, views/);
  const cloud = '{"version":3,"checkpoint":{"latest":{"secrets_providers":{"type":"service","state":{}}}}}';
  assert.throws(() => parseCheckpoint(cloud, "f"), /its secrets provider is service/);
});

test("The smallest state that Pulumi accepts is accepted", () => {
  assert.deepEqual(parseCheckpoint(EMPTY, "f").resources, []);
});

test("A state whose order or references are broken is refused", () => {
  const none = { magic: "", version: "" };
  const [a, b] = [resource("a"), resource("b", { dependencies: [resource("a").urn] })];
  verifyIntegrity([a, b], none);
  verifyIntegrity([a, { ...a, delete: true }, b], { magic: magicOf("v1"), version: "v1" });
  assert.throws(() => verifyIntegrity([b, a], none), /snapshot integrity error: .* has dependency/);
  assert.throws(() => verifyIntegrity([a, a], none), /appears more than once/);
  assert.throws(() => verifyIntegrity([a], { magic: "x", version: "v1" }), /magic/);
  assert.throws(() => verifyIntegrity([resource("c", { provider: "urn:p::1" })], none), /which no earlier resource is/);
});

test("State files are for their owner, the one before stays beside, and side-cars of overwritten files go", async () => {
  const paths = stackPaths(root, "bed", "dev");
  await saveCheckpoint(paths, "one");
  writeFileSync(`${paths.checkpoint}.attrs`, "{}");
  await saveCheckpoint(paths, "two");
  assert.equal(readFileSync(paths.checkpoint, "utf8"), "two");
  assert.equal(readFileSync(`${paths.checkpoint}.bak`, "utf8"), "one");
  assert.equal(statSync(paths.checkpoint).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(root, ".pulumi/stacks/bed")).sort(), ["dev.json", "dev.json.bak"]);
});

test("A compressed state is read, and superseded by the next write", async () => {
  const paths = stackPaths(root, "bed", "dev");
  mkdirSync(join(root, ".pulumi/stacks/bed"), { recursive: true });
  writeFileSync(`${paths.checkpoint}.gz`, gzipSync(EMPTY));
  assert.deepEqual((await loadCheckpoint(paths))?.resources, []);
  assert.deepEqual(await listStacks(root, "bed"), ["dev"]);
  await retireVariants(paths);
  await saveCheckpoint(paths, EMPTY);
  assert.ok(!existsSync(`${paths.checkpoint}.gz`));
});

test("Layouts of other versions are refused", async () => {
  assert.deepEqual(await checkLayout(root), { exists: false });
  mkdirSync(join(root, ".pulumi/stacks"), { recursive: true });
  writeFileSync(join(root, ".pulumi/stacks/dev.json"), EMPTY);
  await assert.rejects(checkLayout(root), /pulumi state upgrade/);
  writeFileSync(join(root, ".pulumi/meta.yaml"), "version: 2\n");
  await assert.rejects(checkLayout(root), /its layout is version 2/);
  writeFileSync(join(root, ".pulumi/meta.yaml"), "{}\n");
  await assert.rejects(checkLayout(root), /corrupt store/);
});

test("A stack is locked for one writer at a time", async () => {
  const locks = join(root, "locks");
  const lock = await acquireLock(locks);
  await assert.rejects(
    acquireLock(locks),
    /the stack is currently locked by 1 lock\(s\)[\s\S]*pulumi cancel[\s\S]*created by .*@.* \(pid \d+\) at /,
  );
  await lock.release();
  await (await acquireLock(locks)).release();
  assert.deepEqual(readdirSync(locks), []);
});

test("The lock of a process that died on this machine is taken over, with a notice", async () => {
  const locks = join(root, "locks");
  mkdirSync(locks);
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  const dead = { pid: child.pid, username: "u", hostname: hostname(), timestamp: new Date().toISOString() };
  writeFileSync(join(locks, "dead.json"), JSON.stringify(dead));
  const lock = await acquireLock(locks);
  assert.match(lock.notices[0] ?? "", /Took over the stack from a run that died/);
  await lock.release();
});

test("A lock from before a process got its number is taken over, one of another machine is not", async () => {
  const locks = join(root, "locks");
  mkdirSync(locks);
  const reused = { pid: process.pid, username: "u", hostname: hostname(), timestamp: "2001-01-01T00:00:00Z" };
  writeFileSync(join(locks, "reused.json"), JSON.stringify(reused));
  await (await acquireLock(locks)).release();
  writeFileSync(join(locks, "far.json"), JSON.stringify({ ...reused, hostname: "far-away" }));
  await assert.rejects(acquireLock(locks), /created by u@far-away/);
});

test("Callers share writes, and each one's change is in the write it waited for", async () => {
  const written: number[] = [];
  let value = 0;
  let inFlight = 0;
  const commit = groupCommit(async () => {
    inFlight += 1;
    assert.equal(inFlight, 1);
    const now = value;
    await new Promise((resolve) => setTimeout(resolve, 5));
    written.push(now);
    inFlight -= 1;
  });
  const waits = Array.from({ length: 50 }, async (_, index) => {
    value = index;
    await commit();
    assert.ok((written.at(-1) ?? -1) >= index);
  });
  await Promise.all(waits);
  assert.equal(written.length, 2);
});

function snapshotOf(resources: ResourceState[], written: string[]) {
  return openSnapshot({
    ...{ stack: "dev", project: "bed", crypter, isNew: false, pendingOperations: [], resources },
    write: async (text) => void written.push(text),
  });
}

test("What a step is about to do is on disk before it begins, and gone from there when it is done", async () => {
  const written: string[] = [];
  const snapshot = snapshotOf([], written);
  const pending = await snapshot.begin("creating", resource("a"));
  assert.deepEqual(
    parseCheckpoint(written.at(-1) ?? "", "f").pendingOperations.map(({ type }) => type),
    ["creating"],
  );
  await snapshot.end(pending, (resources) => resources.put(resource("a")));
  const last = parseCheckpoint(written.at(-1) ?? "", "f");
  assert.equal(last.pendingOperations.length, 0);
  assert.deepEqual(
    last.resources.map(({ id }) => id),
    ["a"],
  );
});

test("Resources are in the order of their completion, those not handled yet after them", async () => {
  const [a, b, c] = [resource("a"), resource("b"), resource("c")];
  const snapshot = snapshotOf([a, b, c], []);
  snapshot.defer((resources) => resources.put({ ...c, protect: true }, c));
  snapshot.defer((resources) => resources.swap(a, { ...a, delete: true }));
  assert.deepEqual(
    snapshot.resources().map(({ id }) => id),
    ["c", "a", "b"],
  );
  snapshot.defer((resources) => resources.remove(a));
  assert.deepEqual(
    snapshot.resources().map(({ id }) => id),
    ["c", "b"],
  );
});

test("Nothing is written when nothing changed", async () => {
  const written: string[] = [];
  const [a, b] = [resource("a"), resource("b")];
  const snapshot = snapshotOf([a, b], written);
  snapshot.defer((resources) => resources.put(b, b));
  snapshot.defer((resources) => resources.put(a, a));
  await snapshot.flush();
  assert.deepEqual(written, []);
});

test("References to a renamed resource are written under the new name", () => {
  const [a, b] = [resource("a"), resource("b", { dependencies: [resource("a").urn] })];
  const snapshot = snapshotOf([a, b], []);
  snapshot.rename(a.urn, resource("z").urn);
  snapshot.defer((resources) => resources.put({ ...a, urn: resource("z").urn }, a));
  assert.deepEqual(snapshot.resources()[1]?.dependencies, [resource("z").urn]);
});
