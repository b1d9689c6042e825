import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
  assertAsDeclared,
  assertCompletes,
  assertDestroys,
  assertSucceeded,
  DESTROY,
  REFRESH,
  UP,
} from "./support/converges.js";
import { type CrashProject, crashProject, type Declared } from "./support/project.js";

const PROGRAM: Declared[] = [{ name: "a" }, { name: "b", uses: ["a"] }, { name: "c", uses: ["b"] }];

test("while one works the others are refused with who, where and since when, and can preview", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  project.mark("hold-b");
  const first = project.start(UP);
  await project.holding("b");

  for (const args of [UP, REFRESH, DESTROY]) {
    const { code, output } = await project.run(args);
    assert.equal(code, 1, output);
    assert.match(output, /the stack is currently locked by 1 lock/);
    const holder = `${userInfo().username}@${hostname()} \\(pid ${first.process.pid}\\) at \\d{4}-\\d\\d-\\d\\dT`;
    assert.match(output, new RegExp(holder));
  }
  const before = project.stateFiles();
  const preview = await project.run(["preview"]);
  assertSucceeded("A preview while another works", preview);
  assert.match(preview.output, /Thing +c +create/);
  assert.deepEqual(project.stateFiles(), before, "those that were refused or previewed left nothing behind");

  project.mark("hold-b", false);
  assertSucceeded("The first up", await first.ended);
  assertAsDeclared(project);
  await assertDestroys(project);
});

test("of two that start at the same instant at most one works", async () => {
  for (let round = 0; round < 2; round += 1) {
    using project = crashProject(PROGRAM, { quick: true });
    project.mark("hold-b");
    const both = [project.start(UP), project.start(UP)];
    // The one that works is held, so whoever ends first was refused.
    const refused = await Promise.race(both.map(({ ended }) => ended));
    assert.equal(refused.code, 1, refused.output);
    assert.match(refused.output, /the stack is currently locked/);
    project.mark("hold-b", false);
    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code);
    assert.ok(codes.filter((code) => code === 0).length <= 1, `they ended with ${codes}`);
    await assertCompletes(project);
  }
});

test("one who comes and goes while another writes its lock does not disturb it", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  project.mark("hold-disk");
  const slow = project.start(UP, { disk: { at: 1, do: "wait", only: ["rename"] } });
  await project.holding("disk");
  assertSucceeded("The quick one", await project.run(UP));
  project.mark("hold-disk", false);
  assertSucceeded("The slow one", await slow.ended);
  assertAsDeclared(project);
});

test("the lock of a process of this host that is gone is taken over", async (t) => {
  const gone = spawn("true");
  await once(gone, "exit");
  const cases = {
    "a process that has ended": lock({ pid: gone.pid ?? 0 }),
    "an older process of the same number": lock({ pid: process.pid, timestamp: "2020-01-01T00:00:00.000Z" }),
  };
  for (const [name, content] of Object.entries(cases)) {
    await t.test(name, async () => {
      using project = crashProject(PROGRAM, { quick: true });
      placeLock(project, content);
      const { output, ...ended } = await project.run(UP);
      assertSucceeded("The up that takes over", { output, ...ended });
      assert.match(output, new RegExp(`Took over the stack from a run that died: .*pid ${content.pid}`));
      assertAsDeclared(project);
    });
  }
});

test("the lock of a living process, of another host, or of nobody knows whom is honoured", async (t) => {
  const cases: [string, string | LockContent, RegExp][] = [
    ["a living process", lock({ pid: process.pid }), new RegExp(`pid ${process.pid}`)],
    [
      "another host",
      lock({ pid: 4711, hostname: "elsewhere", username: "carol", timestamp: "2024-05-06T07:08:09.000Z" }),
      /carol@elsewhere \(pid 4711\) at 2024-05-06T07:08:09/,
    ],
    ["a file that nobody can read", '{"pid": 12', /locks\/organization\/crash\/dev\/.+\.json/],
  ];
  for (const [name, content, told] of cases) {
    await t.test(name, async () => {
      using project = crashProject(PROGRAM, { quick: true });
      assertSucceeded("The up before", await project.run(UP));
      const before = project.things();
      const file = placeLock(project, content);
      for (const args of [UP, DESTROY]) {
        const { code, output } = await project.run(args);
        assert.equal(code, 1, output);
        assert.match(output, told);
      }
      assert.deepEqual(project.things(), before);
      assertSucceeded("A preview", await project.run(["preview"]));
      rmSync(file);
      await assertCompletes(project);
    });
  }
});

test("cancel gives a stack free that another host has locked", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  placeLock(project, lock({ hostname: "elsewhere" }));
  assertSucceeded("cancel", await project.run(["cancel", "--yes"]));
  await assertCompletes(project);
});

interface LockContent {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** A lock of this host and this moment, except where said otherwise. */
function lock(fields: Partial<LockContent>): LockContent {
  const here = { pid: 1, username: "bob", hostname: hostname(), timestamp: new Date().toISOString() };
  return { ...here, ...fields };
}

function placeLock({ folder }: CrashProject, content: string | LockContent): string {
  const locks = path.join(folder, ".pulumi/locks/organization/crash/dev");
  const file = path.join(locks, "5d2b8f0e-0c5c-4f0f-9d1a-000000000001.json");
  mkdirSync(locks, { recursive: true });
  writeFileSync(path.join(folder, ".pulumi/meta.yaml"), "version: 1\n");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}
