import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { coalesced } from "../../../provider/host/coalesced.js";
import { CommandError, formatCommand } from "../../../provider/host/command-error.js";
import { localHost } from "../../../provider/host/local.js";

const store = mkdtempSync(join(tmpdir(), "provider-local-"));
const host = localHost({ kind: "local", name: "here", store, uri: "test:///default" });
after(() => rmSync(store, { recursive: true, force: true }));

test("A failed command says cause, command, host and words, in this order", async () => {
  const failing = (script: string, options = {}) => host.run(["sh", "-c", script], options);
  await assert.rejects(failing("echo out; echo no >&2; exit 3"), {
    name: "CommandError",
    message: `Exit code 3: sh -c 'echo out; echo no >&2; exit 3' on host "here": no`,
    exitCode: 3,
    stdout: "out\n",
  });
  await assert.rejects(failing("echo only; exit 1"), /: only$/);
  await assert.rejects(failing("kill -9 $$"), /^CommandError: Killed by SIGKILL: /);
  await assert.rejects(host.run(["sleep", "9"], { timeout: 0.05 }), /^CommandError: Timed out after 0.05 s: /);
  await assert.rejects(host.run(["sleep", "9"], { signal: AbortSignal.timeout(30) }), /^CommandError: Aborted: /);
  await assert.rejects(host.run(["/no/such/program"]), /^CommandError: Could not be started \(ENOENT\): /);
  assert.equal((await failing("exit 7", { exitCodes: [0, 7] })).exitCode, 7);
});

test("Commands are shown as a shell would take them", () => {
  assert.equal(formatCommand(["a", "b c", "it's", "", "x=1"]), `a 'b c' 'it'\\''s' '' x=1`);
  assert.ok(new CommandError({ command: ["a"], host: "h", cause: "c", exitCode: 1, stdout: "", stderr: "" }).message);
});

test("A file is written whole or not at all, and absent is not an error", async () => {
  const path = join(store, "deep/er/file");
  await host.writeFile(path, "one", { mode: 0o600 });
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => host.writeFile(path, `${index}`.repeat(1000), { mode: 0o600 })),
  );
  const content = readFileSync(path, "utf8");
  assert.equal(new Set(content.match(new RegExp(`.{${content.length / 1000}}`, "g"))).size, 1);
  assert.deepEqual(readdirSync(join(store, "deep/er")), ["file"]);
  for (const absent of [join(store, "none"), `${path}/below`]) {
    assert.equal(await host.readFile(absent), undefined);
    assert.equal(await host.stat(absent), undefined);
    assert.deepEqual(await host.list(absent), []);
  }
  assert.equal(await host.removeFile(join(store, "none")), false);
  assert.equal((await host.readFile(path, { position: 0, length: 1 }))?.length, 1);
});

test("A folder that may not be written to is told with the way out", {
  skip: process.getuid?.() === 0 && "root may write anywhere",
}, async () => {
  mkdirSync(join(store, "closed"));
  chmodSync(join(store, "closed"), 0o500);
  await assert.rejects(
    host.writeFile(join(store, "closed/x"), "", { mode: 0o600 }),
    /^Error: Cannot write .*\/closed\/x on host "here": permission denied; run as root or/,
  );
});

test("A lock lets one in at a time", async () => {
  let inside = 0;
  await Promise.all(
    Array.from({ length: 5 }, () =>
      host.exclusive("one", async () => {
        inside += 1;
        assert.equal(inside, 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      }),
    ),
  );
});

test("A lock whose holder was killed is free, and waiting for one can be given up", async () => {
  mkdirSync(join(store, "locks"), { recursive: true });
  const holder = spawn("flock", [join(store, "locks/held"), "sh", "-c", "echo held; exec sleep 60"], {
    detached: true,
  });
  await once(holder.stdout, "data");
  const given = new AbortController();
  const waiting = host.exclusive("held", async () => assert.fail("it is held"), given.signal);
  setTimeout(() => given.abort(new Error("enough")), 50);
  await assert.rejects(waiting);
  const free = host.exclusive("held", async () => "mine");
  // Both hold the file, flock itself and what it runs: a group of their own.
  process.kill(-(holder.pid ?? 0), "SIGKILL");
  assert.equal(await free, "mine");
});

test("Questions of one kind are asked one at a time, and no answer is older than its question", async () => {
  let running = 0;
  let asked = 0;
  const question = coalesced(async () => {
    running += 1;
    asked += 1;
    assert.equal(running, 1);
    const mine = asked;
    await new Promise((resolve) => setTimeout(resolve, 10));
    running -= 1;
    return mine;
  });
  const first = Promise.all(Array.from({ length: 50 }, () => question(host)));
  await new Promise((resolve) => setTimeout(resolve, 3));
  const second = Promise.all(Array.from({ length: 50 }, () => question(host)));
  assert.deepEqual(new Set(await first), new Set([1]));
  assert.deepEqual(new Set(await second), new Set([2]));
  let broken = true;
  const flaky = coalesced(async () => {
    if (broken) throw new Error("down");
    return "up";
  });
  await assert.rejects(flaky(host), /down/);
  broken = false;
  assert.equal(await flaky(host), "up");
});
