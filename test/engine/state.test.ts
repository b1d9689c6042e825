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
import { open } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { gzipSync } from "node:zlib";
import { blankState } from "../../engine/deployment/desired.js";
import {
  decodeResource,
  encodeResource,
  magicOf,
  parseCheckpoint,
  type StoredResource,
} from "../../engine/state/checkpoint.js";
import { groupCommit } from "../../engine/state/group-commit.js";
import { verifyIntegrity } from "../../engine/state/integrity.js";
import { checkLayout, listStacks, stackPaths } from "../../engine/state/layout.js";
import { acquireLock } from "../../engine/state/lock.js";
import type { ResourceState } from "../../engine/state/resource.js";
import { openSnapshot } from "../../engine/state/snapshot.js";
import { openStateFile, saveCheckpoint } from "../../engine/state/state-file.js";
import { loadState, recoverState } from "../../engine/state/store.js";
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

const lockPaths = () => ({ locks: join(root, "locks"), unfinishedLock: join(root, "bed.dev") });

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
  assert.deepEqual((await loadState(paths)).checkpoint?.resources, []);
  assert.deepEqual(await listStacks(root, "bed"), ["dev"]);
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
  const lock = await acquireLock(lockPaths());
  await assert.rejects(
    acquireLock(lockPaths()),
    /the stack is currently locked by 1 lock\(s\)[\s\S]*pulumi cancel[\s\S]*created by .*@.* \(pid \d+\) at /,
  );
  await lock.release();
  await (await acquireLock(lockPaths())).release();
  assert.deepEqual(readdirSync(locks), []);
});

test("The lock of a process that died on this machine is taken over, with a notice", async () => {
  const locks = join(root, "locks");
  mkdirSync(locks);
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  const dead = { pid: child.pid, username: "u", hostname: hostname(), timestamp: new Date().toISOString() };
  writeFileSync(join(locks, "dead.json"), JSON.stringify(dead));
  const lock = await acquireLock(lockPaths());
  assert.match(lock.dead[0]?.description ?? "", /created by u@/);
  assert.equal(readdirSync(locks).length, 2, "until its run's state is in order, others are kept out by it");
  await lock.forgetDead();
  await lock.release();
  assert.deepEqual(readdirSync(locks), []);
});

test("A lock from before a process got its number is taken over, one of another machine is not", async () => {
  const locks = join(root, "locks");
  mkdirSync(locks);
  const reused = { pid: process.pid, username: "u", hostname: hostname(), timestamp: "2001-01-01T00:00:00Z" };
  writeFileSync(join(locks, "reused.json"), JSON.stringify(reused));
  await (await acquireLock(lockPaths())).release();
  writeFileSync(join(locks, "far.json"), JSON.stringify({ ...reused, hostname: "far-away" }));
  await assert.rejects(acquireLock(lockPaths()), /created by u@far-away/);
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

const FRAME = { stack: "dev", project: "bed", salt: crypter.salt };

/** A run that writes, over a state of `resources`. */
async function runOver(resources: ResourceState[]) {
  const paths = stackPaths(root, "bed", "dev");
  await openSnapshot({ frame: FRAME, crypter, pendingOperations: [], resources, file: stateFile("none") }).rewrite();
  return { paths, ...(await nextRun()) };
}

function stateFile(digest: string) {
  return openStateFile(stackPaths(root, "bed", "dev"), { digest, salt: crypter.salt });
}

/** What the next run finds, whether the last one ended or not. */
async function nextRun() {
  const paths = stackPaths(root, "bed", "dev");
  const { checkpoint, digest, notices } = await recoverState(paths, FRAME);
  assert.ok(checkpoint);
  const open = (stored: StoredResource) => decodeResource(stored, crypter);
  const resources = checkpoint.resources.map(open);
  const pendingOperations = checkpoint.pendingOperations.map(({ type, resource }) => ({
    type,
    resource: open(resource),
  }));
  const file = stateFile(digest);
  const snapshot = openSnapshot({ frame: FRAME, crypter, resources, pendingOperations, file });
  return { snapshot, resources, notices };
}

const ids = (resources: ResourceState[]) => resources.map(({ id }) => id);

test("What a step is about to do is on disk before it begins, and gone from there when it is done", async () => {
  const { snapshot } = await runOver([]);
  const pending = await snapshot.begin("creating", resource("a"));
  const killed = await nextRun();
  assert.deepEqual(
    killed.snapshot.pending().map(({ type, resource: { id } }) => [type, id]),
    [["creating", "a"]],
  );
  await killed.snapshot.close();
  rmSync(root, { recursive: true });
  const { snapshot: second } = await runOver([]);
  const other = await second.begin("creating", resource("a"));
  await second.end(other, (resources) => resources.put(resource("a")));
  assert.equal(pending.number, 0);
  const done = await nextRun();
  assert.deepEqual(done.snapshot.pending(), []);
  assert.deepEqual(ids(done.resources), ["a"]);
});

test("Resources are in the order of their completion, those not handled yet after them", async () => {
  const { snapshot, resources } = await runOver([resource("a"), resource("b"), resource("c")]);
  const [a, , c] = resources as [ResourceState, ResourceState, ResourceState];
  snapshot.defer((edits) => edits.put({ ...c, protect: true }, c));
  snapshot.defer((edits) => edits.swap(a, { ...a, delete: true }));
  assert.deepEqual(ids(snapshot.resources()), ["c", "a", "b"]);
  snapshot.defer((edits) => edits.remove(a));
  assert.deepEqual(ids(snapshot.resources()), ["c", "b"]);
});

test("Nothing is written when nothing changed", async () => {
  const { snapshot, resources, paths } = await runOver([resource("a"), resource("b")]);
  const before = statSync(paths.checkpoint).ino;
  for (const state of [...resources].reverse()) snapshot.defer((edits) => edits.put(state, state));
  await snapshot.flush();
  assert.ok(!existsSync(paths.journal));
  await snapshot.close();
  assert.equal(statSync(paths.checkpoint).ino, before);
});

test("References to a renamed resource are written under the new name", async () => {
  const { snapshot, resources } = await runOver([resource("a"), resource("b", { dependencies: [resource("a").urn] })]);
  const [a] = resources as [ResourceState];
  snapshot.rename(a.urn, resource("z").urn);
  snapshot.defer((edits) => edits.put({ ...a, urn: resource("z").urn }, a));
  assert.deepEqual(snapshot.resources()[1]?.dependencies, [resource("z").urn]);
  const [, b] = resources as [ResourceState, ResourceState];
  snapshot.defer((edits) => edits.swap(b, { ...b, delete: true }));
  assert.deepEqual(snapshot.resources()[1]?.dependencies, [resource("z").urn]);
  await snapshot.flush();
  assert.deepEqual((await nextRun()).resources[1]?.dependencies, [resource("z").urn]);
});

test("However a journal is cut, the next run finds every step that was on disk, and no half ones", async () => {
  const { snapshot, paths } = await runOver([resource("a")]);
  const sizes = [0];
  for (const name of ["b", "c", "d"]) {
    const begun = await snapshot.begin("creating", resource(name));
    await snapshot.end(begun, (edits) => edits.put(resource(name, { inputs: { token: new Secret(name) } })));
    sizes.push(statSync(paths.journal).size);
  }
  const whole = readFileSync(paths.journal);
  const checkpoint = readFileSync(paths.checkpoint);
  for (let length = 0; length <= whole.length; length += 1) {
    writeFileSync(paths.checkpoint, checkpoint);
    writeFileSync(paths.journal, whole.subarray(0, length));
    const { resources, snapshot: found } = await nextRun();
    const complete = sizes.filter((size) => size > 0 && size <= length).length;
    assert.deepEqual(ids(resources), ["b", "c", "d"].slice(0, complete).concat("a"), `cut at ${length}`);
    assert.ok(found.pending().length <= 1);
  }
});

test("A journal that is in the state already, or continues another one, does not count", async () => {
  const { snapshot, paths } = await runOver([resource("a")]);
  await snapshot.end(undefined, (edits) => edits.put(resource("b")));
  const journal = readFileSync(paths.journal);
  await snapshot.close();
  const folded = await nextRun();
  assert.deepEqual(ids(folded.resources), ["b", "a"]);

  writeFileSync(paths.journal, journal);
  const { notices, resources } = await nextRun();
  assert.match(notices.join(), /does not continue the state[\s\S]*The journal is kept as/);
  assert.deepEqual(ids(resources), ["b", "a"]);
  assert.ok(!existsSync(paths.journal));
});

test("What cannot be written is written later or reported, and what was written before stays whole", async () => {
  const { snapshot, paths } = await runOver([resource("a")]);
  const pending = await snapshot.begin("creating", resource("b"));
  const size = statSync(paths.journal).size;
  const probe = await open(paths.journal, "r");
  const prototype = Object.getPrototypeOf(probe) as { datasync(): Promise<void> };
  await probe.close();
  const full = mock.method(prototype, "datasync", () => Promise.reject(new Error("ENOSPC: no space left on device")));
  await assert.rejects(
    snapshot.end(pending, (edits) => edits.put(resource("b"))),
    /ENOSPC/,
  );
  await assert.rejects(snapshot.begin("creating", resource("c")), /ENOSPC/);
  assert.equal(statSync(paths.journal).size, size, "half a line is cut off");
  full.mock.restore();
  const third = await snapshot.begin("creating", resource("d"));
  await snapshot.end(third, () => {});
  const found = await nextRun();
  assert.deepEqual(ids(found.resources), ["b", "a"]);
  assert.deepEqual(found.snapshot.pending(), []);
});

test("The cost of a step does not grow with the stack", async () => {
  const many = Array.from({ length: 2000 }, (_, index) => resource(`r${index}`, { inputs: { text: "x".repeat(500) } }));
  const { snapshot, paths } = await runOver(many);
  await snapshot.end(undefined, (edits) => edits.put(resource("new")));
  assert.ok(statSync(paths.journal).size < 1000);
});
