import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLine, filledStack } from "./command-line.js";

test("Nobody is asked where nobody can answer: operations end before they start", async () => {
  await using line = await commandLine();
  const commands = [["up"], ["refresh"], ["destroy"], ["down"], ["up", "--json"], ["up", "-s", "nope"]];
  const results = await Promise.all(commands.map((args) => line.run(...args)));
  for (const [index, { code, stderr, stdout }] of results.entries()) {
    assert.equal(code, commands[index]?.[0] === "refresh" ? 1 : 2, commands[index]?.join(" "));
    assert.match(stderr, /--yes or --skip-preview must be passed in to proceed/);
    assert.equal(stdout, "");
  }
  assert.deepEqual(await line.names("."), ["Pulumi.yaml"]);
});

test("Flags that are unknown, contradict each other or make no sense are refused", async () => {
  await using line = await commandLine();
  const commands = [
    ["up", "--yes", "--policy-pack", "x"],
    ["preview", "--target", "a", "--exclude", "b"],
    ["destroy", "--yes", "--preview-only"],
    ["up", "--yes", "--parallel", "0"],
    ["up", "--yes", "--refresh=maybe"],
    ["up", "--yes", "--config", "novalue"],
    ["down", "--yes", "extra"],
    ["nope"],
  ];
  const results = await Promise.all(commands.map((args) => line.run(...args)));
  for (const [index, { code, stderr }] of results.entries()) {
    assert.equal(code, 1, commands[index]?.join(" "));
    assert.match(stderr, /^error: /);
  }
});

test("Only the default stack is made on the way; every other name must be one already", async () => {
  await using line = await commandLine();
  const commands = ["preview", "up", "refresh", "destroy", "down", "outputs"];
  const results = await Promise.all(
    commands.map((command) => line.run(command, ...(/preview|outputs/.test(command) ? [] : ["--yes"]), "-s", "nope")),
  );
  for (const [index, { code, stderr }] of results.entries()) {
    assert.equal(code, 6, commands[index]);
    assert.match(stderr, /^error: no stack named 'nope' found/);
  }
  assert.deepEqual(await line.names("."), ["Pulumi.yaml"]);
});

test("Folder and stack may be named before a subcommand or behind it, the nearer one counting", async () => {
  await using line = await filledStack();
  const elsewhere = { env: { PULUMI_STACK: "nope" } };
  const asked = ["--show-name"];
  assert.equal((await line.runWith(elsewhere, "stack", ...asked)).stdout, "nope");
  assert.equal((await line.run("-C", line.folder, "stack", "-s", "one", ...asked)).stdout, "one");
  assert.equal((await line.run("stack", "-s", "nope", "output", "size", "-s", "dev")).stdout, "1");
  assert.equal((await line.run("config", "-s", "dev", "set", "a", "1")).code, 0);
});

test("What is given with --config is written into the stack's file", async () => {
  await using line = await filledStack();
  await line.run("refresh", "--yes", "--config", "size=3", "-c", "kvm:hosts={}", "--message", "note");
  const written = await line.read("Pulumi.dev.yaml");
  assert.match(written, /proj:size: "3"/);
  assert.match(written, /kvm:hosts: "\{\}"/);
});
