import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLine } from "./command-line.js";

test("Values are set, listed, got and removed; comments and order stay", async () => {
  await using line = await commandLine({
    "Pulumi.dev.yaml":
      "# the lab on the third floor\nconfig:\n  # how many\n  proj:count: 3 # guests\n  other:url: http://x\n",
  });
  await line.ok("config", "set", "count", "4");
  await line.ok("config", "set", "new", "yes");
  await line.ok("config", "rm", "other:url");
  await line.ok("config", "rm", "not-there");
  assert.equal(
    await line.read("Pulumi.dev.yaml"),
    '# the lab on the third floor\nconfig:\n  # how many\n  proj:count: "4" # guests\n  proj:new: "yes"\n',
  );
  assert.match(await line.ok("config"), /^KEY {4}VALUE\ncount {2}4\nnew {4}yes$/);
  assert.equal(await line.ok("config", "get", "proj:new"), "yes");
  const missing = await line.run("config", "get", "gone");
  assert.deepEqual([missing.code, missing.stderr], [1, "error: configuration key 'gone' not found for stack 'dev'"]);
});

test("The first secret gives the stack its salt; it is masked in lists and clear where it is asked for", async () => {
  await using line = await commandLine();
  await line.ok("config", "set", "--secret", "token", "hunter22");
  const written = await line.read("Pulumi.dev.yaml");
  assert.match(written, /^encryptionsalt: v1:/m);
  assert.doesNotMatch(written, /hunter22/);
  assert.match(await line.ok("config"), /token {2}\[secret\]/);
  assert.deepEqual(JSON.parse(await line.ok("config", "--json")), { "proj:token": { secret: true } });
  assert.equal(await line.ok("config", "get", "token"), "hunter22");
  assert.deepEqual(JSON.parse(await line.ok("config", "--json", "--show-secrets")), {
    "proj:token": { value: "hunter22", secret: true },
  });
  const wrong = await line.runWith(
    { env: { PULUMI_CONFIG_PASSPHRASE: "other" } },
    "config",
    "set",
    "--secret",
    "b",
    "x",
  );
  assert.equal(wrong.code, 1);
  assert.equal(await line.read("Pulumi.dev.yaml"), written);
});

test("Paths lead into maps and lists, and mean what they look like", async () => {
  await using line = await commandLine();
  await line.ok("config", "set", "--path", "lab.guests[0].name", "a");
  await line.ok("config", "set", "--path", "lab.guests[0].memory", "512");
  await line.ok("config", "set", "--path", 'lab["a.b"]', "007");
  await line.ok("config", "set", "--path", "--secret", "lab.key", "s3cret");
  assert.deepEqual(JSON.parse(await line.ok("config", "get", "lab")), {
    "a.b": "007",
    guests: [{ memory: 512, name: "a" }],
    key: "s3cret",
  });
  assert.equal(await line.ok("config", "get", "--path", "lab.guests[0].memory"), "512");
  await line.ok("config", "rm", "--path", "lab.guests[0].memory");
  assert.match(await line.ok("config"), /lab {2}\{"a\.b":"007","guests":\[\{"name":"a"\}\],"key":"\[secret\]"\}/);
});

test("A value comes from standard input where none is given", async () => {
  await using line = await commandLine();
  const text = "-----BEGIN\nkey: value # no comment\n\n";
  assert.equal((await line.runWith({ input: text }, "config", "set", "key")).code, 0);
  assert.equal(JSON.parse(await line.ok("config", "get", "key", "--json")).value, text.slice(0, -1));
});

test("Hostile keys and files are refused, and nothing is written", async () => {
  await using line = await commandLine({ "Pulumi.dev.yaml": "config:\n  proj:text: x\n  proj:list: [1]\n" });
  const before = await line.read("Pulumi.dev.yaml");
  const commands = [
    ["set", "a:b:c", "1"],
    ["set", "", "1"],
    ["set", "--path", "list[5]", "1"],
    ["set", "--path", "list.name", "1"],
    ["set", "--path", "a..b", "1"],
    ["set", "--path", "a[", "1"],
    ["set", "--path", "a.secure", "text"],
    ["get", "--path", "text.length"],
    ["get", "__proto__"],
    ["get", "--path", "list.constructor"],
  ];
  const results = await Promise.all(commands.map((args) => line.run("config", ...args)));
  for (const [index, { code, stderr }] of results.entries()) assert.equal(code, 1, `${commands[index]}: ${stderr}`);
  assert.equal((await line.run("config", "set", "x", "1", "--secret", "--plaintext")).code, 1);
  assert.equal((await line.run("config", "set", "x", "1", "-s", "../x")).code, 1);
  assert.equal((await line.run("config", "set", "x", "1", "-s", "nope")).code, 6);
  assert.equal(await line.read("Pulumi.dev.yaml"), before);
  for (const broken of ["config: [\n", "- a\n", "config: text\n"]) {
    await line.write("Pulumi.dev.yaml", broken);
    assert.equal((await line.run("config", "set", "x", "1")).code, 1, broken);
    assert.equal(await line.read("Pulumi.dev.yaml"), broken);
  }
});
