import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { assertCompletes, assertDestroys, assertSucceeded, DESTROY, UP } from "./support/converges.js";
import { type CrashProject, cli, crashProject, type Declared, until } from "./support/project.js";

const PROGRAM: Declared[] = [{ name: "a" }, { name: "d" }, { name: "b", uses: ["a", "d"] }, { name: "c", uses: ["b"] }];

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`the first ${signal} stops what runs, starts nothing and saves`, async () => {
    using project = crashProject(PROGRAM, { quick: true });
    project.mark("hold-b");
    const run = project.start(UP);
    await project.holding("b");
    run.process.kill(signal);
    const { code, output } = await run.ended;
    assert.equal(code, 1, output);
    assert.match(output, /Update canceled: .*3 created.*1 failed/, "the summary says what was done and what was not");
    assert.doesNotMatch(output, /Thing +c /, "nothing new starts");
    assert.deepEqual(names(project), ["a", "d"]);
    assertSaved(project);
    project.mark("hold-b", false);
    await assertCompletes(project);
  });
}

test("a step that completes after the interrupt is recorded", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  project.mark("hold-b");
  project.mark("deaf-b");
  const run = project.start(UP);
  await project.holding("b");
  run.process.kill("SIGINT");
  await run.says(/Interrupted/);
  project.mark("hold-b", false);
  const { code, output } = await run.ended;
  assert.equal(code, 1, output);
  assert.deepEqual(names(project), ["a", "b", "d"]);
  assertSaved(project);
  await assertCompletes(project);
});

test("a second interrupt ends at once, and the next up completes what was cut short", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  project.mark("hold-b");
  project.mark("deaf-b");
  const run = project.start(UP);
  await project.holding("b");
  run.process.kill("SIGINT");
  await run.says(/Interrupted/);
  run.process.kill("SIGINT");
  const { code, output } = await run.ended;
  assert.equal(code, 8, output);
  assert.deepEqual(project.remembered(), ids(project), "the state is saved as far as it is known");
  project.mark("hold-b", false);
  await assertCompletes(project);
});

test("an interrupted destroy says how much is left, and the next one completes it", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  assertSucceeded("The up before", await project.run(UP));
  project.mark("hold-b");
  const run = project.start(DESTROY);
  await project.holding("b");
  run.process.kill("SIGTERM");
  const { code, output } = await run.ended;
  assert.equal(code, 1, output);
  assert.deepEqual(names(project), ["a", "b", "d"]);
  assertSaved(project);
  // Two things, the stack and the one that was stopped.
  assert.match(output.slice(output.indexOf("canceled")), /\b[34]\b.*\b(left|remain|pending|not)\b/);
  project.mark("hold-b", false);
  await assertDestroys(project);
});

test("a handler that ignores the interrupt holds the run up for a bounded time", async () => {
  using project = crashProject(PROGRAM, { quick: true });
  project.mark("hold-b");
  project.mark("deaf-b");
  const run = project.start(UP, { env: { KVM_COMPOSE_GRACE: "1" } });
  await project.holding("b");
  const interrupted = performance.now();
  run.process.kill("SIGTERM");
  const { code, output } = await run.ended;
  assert.equal(code, 1, output);
  const seconds = (performance.now() - interrupted) / 1000;
  assert.ok(seconds >= 1 && seconds < 20, `it took ${seconds} s`);
  project.mark("hold-b", false);
  await assertCompletes(project);
});

test("a reader that goes away lets what runs end, and be recorded", async () => {
  using project = crashProject(PROGRAM);
  project.mark("hold-b");
  const run = project.start(UP);
  await project.holding("b");
  run.process.stdout?.destroy();
  project.mark("hold-b", false);
  const { code, output } = await run.ended;
  assert.equal(code, 1, output);
  assert.deepEqual(names(project), ["a", "b", "d"], "what ran was finished, nothing new was started");
  assertSaved(project);
  await assertCompletes(project);
});

test("a reader of only the first line leaves a state that the next up completes", async () => {
  using project = crashProject(PROGRAM);
  const piped = `"${process.execPath}" "${cli}" ${UP.join(" ")} | head -n 1 >/dev/null`;
  const shell = spawn("sh", ["-c", piped], { cwd: project.folder, stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  shell.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk;
  });
  await once(shell, "close");
  assert.equal(complaints, "");
  assertSaved(project);
  await assertCompletes(project);
});

test("a terminal that goes away ends the run in order", async () => {
  using project = crashProject(PROGRAM);
  project.mark("hold-b");
  const command = `exec "${process.execPath}" "${cli}" ${UP.join(" ")}`;
  const terminal = spawn("script", ["-qec", command, "/dev/null"], { cwd: project.folder, stdio: "pipe" });
  const closed = once(terminal, "exit");
  await project.holding("b");
  const pid = holderOf(project);
  // The kernel hangs up on everybody in the terminal when the program that drew it ends.
  terminal.kill("SIGKILL");
  await closed;
  await until(() => !existsSync(`/proc/${pid}`), "the run has ended");
  assert.deepEqual(names(project), ["a", "d"], "the running step was told to stop");
  assertSaved(project);
  project.mark("hold-b", false);
  await assertCompletes(project);
});

function ids(project: CrashProject): string[] {
  return project.things().map(({ id }) => id);
}

function names(project: CrashProject): string[] {
  return project.things().map(({ name }) => name);
}

/** The stack is free, its file is up to date, and nothing lies beside it. */
function assertSaved(project: CrashProject): void {
  assert.deepEqual(project.remembered(), ids(project), "the state lists exactly what exists");
  const unfinished = project.stateFiles().filter((file) => /^locks\/.*\.json|\.journal|\.tmp/.test(file));
  assert.deepEqual(unfinished, [], "nothing is left to be put in order");
}

function holderOf({ folder }: CrashProject): number {
  const locks = path.join(folder, ".pulumi/locks/organization/crash/dev");
  const [lock = ""] = readdirSync(locks);
  return (JSON.parse(readFileSync(path.join(locks, lock), "utf8")) as { pid: number }).pid;
}
