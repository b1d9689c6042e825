import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { importStack } from "../../engine/operations/stack-import.js";
import { loadProject } from "../../engine/project.js";
import { commandLine, deployment, filledStack, SECRET } from "./command-line.js";

test("A stack is made, selected, listed, shown and removed", async () => {
  await using line = await commandLine();
  assert.match(await line.ok("stack", "ls"), /^NAME +LAST UPDATE +RESOURCE COUNT$/);
  assert.equal(await line.ok("stack", "init", "dev"), "Created stack 'dev'");
  assert.match(await line.read("Pulumi.dev.yaml"), /^encryptionsalt: v1:/);
  const again = await line.run("stack", "init", "dev");
  assert.deepEqual([again.code, again.stderr], [1, "error: stack 'organization/proj/dev' already exists"]);

  await line.ok("stack", "init", "--no-select", "test");
  assert.equal(await line.ok("stack", "--show-name"), "dev");
  await line.ok("stack", "select", "organization/proj/test");
  const listed = JSON.parse(await line.ok("stack", "ls", "--json"));
  assert.deepEqual(
    listed.map(({ name, current, resourceCount }: Record<string, unknown>) => [name, current, resourceCount]),
    [
      ["dev", false, 0],
      ["test", true, 0],
    ],
  );
  assert.match(await line.ok("stack", "-s", "dev"), /Current stack is dev:[\s\S]*Current stack resources \(0\)/);

  assert.equal((await line.run("stack", "rm")).code, 1, "nobody can say yes");
  assert.equal(await line.ok("stack", "rm", "--yes"), "Stack 'test' has been removed!");
  assert.equal(await line.ok("stack", "--show-name"), "dev", "nothing is selected, so the default counts");
  assert.deepEqual(await line.names(".pulumi/stacks/proj"), ["dev.json", "test.json.bak"]);
});

test("What cannot be a stack, or is none, is said with its exit code, and leaves nothing behind", async () => {
  await using line = await commandLine();
  const results = await Promise.all(
    [
      ["stack", "init"],
      ["stack", "init", "../x"],
      ["stack", "init", ".."],
      ["stack", "init", "dev", "-s", "dev"],
      ["stack", "select"],
      ["stack", "select", "nope"],
      ["stack", "export", "-s", "nope"],
      ["stack", "output", "-s", "organization/other/dev"],
      ["stack", "rm", "nope", "--yes"],
      ["stack", "nope"],
    ].map((args) => line.run(...args)),
  );
  assert.deepEqual(
    results.map(({ code }) => code),
    [1, 1, 1, 1, 6, 6, 6, 6, 6, 1],
  );
  assert.ok(results.every(({ stdout }) => stdout === ""));
  assert.match(results[5]?.stderr ?? "", /^error: no stack named 'nope' found$/);
  assert.deepEqual(await line.names("."), ["Pulumi.yaml"]);
});

test("A stack that is selected where it does not exist can be made on the way", async () => {
  await using line = await commandLine();
  await line.ok("stack", "select", "--create", "lab");
  assert.equal(await line.ok("stack", "--show-name"), "lab");
});

test("A bare folder has stacks and a selection of its own, and no file more than its state", async () => {
  await using line = await commandLine({ "Pulumi.yaml": "", "kvm-compose.yaml": "machines: []\n" });
  await rm(join(line.folder, "Pulumi.yaml"));
  await line.ok("stack", "init", "lab");
  assert.equal(await line.ok("stack", "--show-name"), "lab");
  assert.deepEqual(await line.names("."), [".pulumi", "kvm-compose.yaml"]);
});

test("A stack with resources is removed by force only, configuration kept if wanted", async () => {
  await using line = await filledStack();
  const refused = await line.run("stack", "rm", "dev", "--yes");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /it still has 3 resources/);
  await line.ok("stack", "rm", "dev", "--yes", "--force", "--preserve-config");
  assert.ok((await line.names(".")).includes("Pulumi.dev.yaml"));
  assert.equal((await line.run("stack", "rm", "dev", "--yes")).code, 6);
});

test("Outputs are shown as a table, as JSON and as shell assignments, secrets masked", async () => {
  await using line = await filledStack();
  const [table, json, one, shell, missing, both] = await Promise.all([
    line.ok("stack", "output"),
    line.ok("stack", "output", "--json"),
    line.ok("stack", "output", "words"),
    line.ok("stack", "output", "--shell", "--show-secrets"),
    line.run("stack", "output", "toString"),
    line.run("stack", "output", "--shell", "--json"),
  ]);
  assert.match(table, /Current stack outputs \(3\):\n {4}OUTPUT {2}VALUE\n {4}size {4}1\n {4}token {3}\[secret\]/);
  assert.deepEqual(JSON.parse(json), { size: 1, token: "[secret]", words: ["it's", "<b>"] });
  assert.equal(one, `["it's","<b>"]`);
  assert.equal(shell, `size=1\ntoken=hunter22\nwords='["it'\\''s","<b>"]'`);
  assert.deepEqual(
    [missing.code, missing.stderr],
    [1, "error: current stack does not have output property 'toString'"],
  );
  assert.equal(both.code, 1);
});

test("Masked outputs, resources and exports need no passphrase", async () => {
  await using line = await filledStack();
  const env = { PULUMI_CONFIG_PASSPHRASE: "another" };
  for (const args of [["outputs"], ["stack"], ["state", "list"], ["stack", "export"]]) {
    const { code, stdout } = await line.runWith({ env }, ...args);
    assert.equal(code, 0, args.join(" "));
    assert.doesNotMatch(stdout, /hunter22/);
  }
  const opened = await line.runWith({ env }, "outputs", "--show-secrets");
  assert.equal(opened.code, 1);
  assert.match(opened.stderr, /incorrect passphrase/);
});

test("An export is imported again: from standard input, into a stack with another salt, and with secrets in clear", async () => {
  await using line = await filledStack();
  const exported = await line.ok("stack", "export");
  assert.match(exported, /^\{\n {4}"version": 3,\n {4}"deployment": \{/);
  assert.match(exported, /"ciphertext": "v1:/);
  const renamed = exported.replaceAll(":dev::", ":copy::").replaceAll("proj-dev", "proj-copy");
  await line.ok("stack", "init", "copy");
  const imported = await line.runWith({ input: renamed }, "stack", "import");
  assert.deepEqual([imported.code, imported.stdout], [0, "Import complete."]);
  assert.equal(await line.ok("stack", "output", "token", "--show-secrets"), "hunter22");

  await line.ok("stack", "export", "--show-secrets", "--file", "clear.json");
  assert.match(await line.read("clear.json"), /"plaintext": "\\"hunter22\\""/);
  await line.ok("stack", "import", "--file", "clear.json");
  const state = await line.read(".pulumi/stacks/proj/copy.json");
  assert.doesNotMatch(state, /hunter22/);
  assert.equal(await line.ok("stack", "output", "token", "--show-secrets"), "hunter22");
});

test("A bad import is refused whole and costs nothing", async () => {
  await using line = await filledStack();
  const before = await line.read(".pulumi/stacks/proj/dev.json");
  const good = deployment();
  const [root, provider, a, b] = good.deployment.resources;
  const resources = (...list: unknown[]) => JSON.stringify({ version: 3, deployment: { resources: list } });
  const lost = resources(root, provider, b);
  const bad: [RegExp, string][] = [
    [/it is not JSON/, '{"version": 3,'],
    [/it must be \{"version": 3/, "[]"],
    [/it must be \{"version": 3/, '{"version": 3}'],
    [/unsupported checkpoint version 9/, '{"version": 9, "deployment": {}}'],
    [/needs support for the following features: hooks/, JSON.stringify({ ...good, version: 4, features: ["hooks"] })],
    [/not a valid checkpoint/, resources({ urn: "x", custom: true })],
    [/Cannot read URN "x"/, resources({ ...root, urn: "x" })],
    [/from a different stack \(other != dev\)/, JSON.stringify(deployment({ stack: "other" }))],
    [/from a different project \(other != proj\)/, JSON.stringify(deployment({ project: "other" }))],
    [/state file contains errors/, lost],
    [/no secrets manager/, resources(root, provider, { ...a, inputs: { v: { ...SECRET, ciphertext: "v1:x:y" } } })],
  ];
  const project = loadProject(line.folder);
  assert.ok(project !== undefined);
  const stack = { project, stack: "dev", cwd: line.folder, env: { PULUMI_CONFIG_PASSPHRASE: "test" } };
  for (const [complaint, text] of bad) {
    await assert.rejects(importStack({ ...stack, text, source: "bad.json" }), complaint);
  }
  assert.equal(await line.read(".pulumi/stacks/proj/dev.json"), before);
  assert.equal((await line.run("stack", "import", "--file", "nowhere.json")).code, 1);

  await line.write("other.json", lost);
  const forced = await line.run("stack", "import", "--force", "--file", "other.json");
  assert.equal(forced.code, 0);
  assert.match(forced.stderr, /warning: state file contains errors/);
  const kept = await line.names(".pulumi/backups/proj/dev");
  assert.equal(await line.read(`.pulumi/backups/proj/dev/${kept.sort().at(-1)}`), before);
});

test("A damaged state does not hide other stacks, and is replaced by an import", async () => {
  await using line = await filledStack();
  await line.ok("stack", "init", "--no-select", "other");
  await line.write(".pulumi/stacks/proj/dev.json", '{"version": 3, "checkpoint"');
  assert.match(await line.ok("stack", "ls"), /dev\* .* n\/a\nother .* 0/);
  assert.equal((await line.run("stack", "export")).code, 1);
  await line.ok("stack", "import", "--file", "state.json");
  assert.equal(await line.ok("stack", "output", "size"), "1");
});
