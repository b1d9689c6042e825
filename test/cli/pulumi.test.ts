import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { type CommandLine, commandLine, deployment, type Ended, filledStack, urnOf } from "./command-line.js";

const skip =
  spawnSync("pulumi", ["version"], { encoding: "utf8" }).status === 0 ? false : "the Pulumi CLI is not on PATH";

async function pulumi(line: CommandLine, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await line.pulumi(...args);
  assert.equal(code, 0, `pulumi ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

test("Stacks, selections and configuration of either CLI are the other's", { skip }, async () => {
  await using line = await commandLine();
  await line.ok("stack", "init", "ours");
  assert.match(await pulumi(line, "stack", "ls"), /^ours\* /m);
  await pulumi(line, "stack", "init", "theirs");
  assert.equal(await line.ok("stack", "--show-name"), "theirs");
  await line.ok("stack", "select", "ours");
  assert.equal((await pulumi(line, "stack", "--show-name")).trim(), "ours");

  await line.ok("config", "set", "--secret", "token", "hunter22");
  await line.ok("config", "set", "--path", "lab.guests[0].name", "y");
  await line.ok("config", "set", "odd", "1_000");
  await pulumi(line, "config", "set", "--path", "lab.guests[1].memory", "512");
  await pulumi(line, "config", "set", "--secret", "--path", "lab.key", "s3cret");
  const list = ["config", "--show-secrets", "--json"];
  assert.deepEqual(JSON.parse(await line.ok(...list)), JSON.parse(await pulumi(line, ...list)));
  for (const key of ["token", "lab", "odd"]) {
    assert.equal(await line.ok("config", "get", key), await pulumi(line, "config", "get", key));
  }
  await line.ok("stack", "rm", "ours", "--yes");
  assert.match(await pulumi(line, "stack", "ls"), /^theirs /m);
});

test("Exports and imports of either CLI are the other's", { skip }, async () => {
  await using line = await filledStack();
  for (const flags of [[], ["--show-secrets"]]) {
    const [ours, theirs] = [
      await line.ok("stack", "export", ...flags),
      await pulumi(line, "stack", "export", ...flags),
    ];
    const comparable = (text: string) => {
      const { version, deployment: state } = JSON.parse(text);
      return { version, ...state, manifest: { ...state.manifest, time: "" } };
    };
    assert.deepEqual(comparable(ours), comparable(theirs));
  }
  await line.write("ours.json", await line.ok("stack", "export"));
  await pulumi(line, "stack", "import", "--file", "ours.json");
  await pulumi(line, "state", "delete", urnOf("b"), "--yes");
  await line.write("theirs.json", await pulumi(line, "stack", "export", "--show-secrets"));
  await line.ok("stack", "import", "--file", "theirs.json");
  await line.ok("state", "delete", urnOf("a"), "--force", "--yes");
  assert.match(await pulumi(line, "stack"), /Current stack resources \(2\)/);
  assert.equal(await pulumi(line, "stack", "output", "token", "--show-secrets"), "hunter22");
});

test("Both refuse the same, with the same exit code", { skip }, async () => {
  await using line = await filledStack();
  await line.write("other.json", JSON.stringify(deployment({ stack: "other" })));
  const commands = [
    ["stack", "init", "dev"],
    ["stack", "init"],
    ["stack", "select"],
    ["stack", "select", "nope"],
    ["stack", "rm", "dev"],
    ["stack", "rm", "dev", "--yes"],
    ["stack", "output", "nope"],
    ["stack", "import", "--file", "other.json"],
    ["state", "delete", urnOf("a"), "--yes"],
    ["state", "unprotect", "nope", "--yes"],
    ["config", "get", "nope"],
    ["config", "set", "a:b:c", "1"],
    ["config", "set", "a", "b", "-s", "nope"],
    ["preview", "-s", "nope"],
    ["up"],
    ["destroy"],
    ["destroy", "--yes", "-s", "nope"],
  ];
  const ended: [Ended, Ended][] = [];
  for (const args of commands) ended.push([await line.run(...args), await line.pulumi(...args)]);
  for (const [index, [ours, theirs]] of ended.entries()) {
    assert.equal(ours.code, theirs.code, `${commands[index]?.join(" ")}: ${ours.stderr} / ${theirs.stderr}`);
    assert.notEqual(ours.code, 0);
  }
});
