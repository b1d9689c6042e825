import assert from "node:assert/strict";
import { test } from "node:test";
import { filledStack, urnOf } from "./command-line.js";

test("Resources in the state are listed and shown, by name or URN", async () => {
  await using line = await filledStack();
  const [table, json, byName, shown, missing] = await Promise.all([
    line.ok("state", "list"),
    line.ok("state", "list", "--json"),
    line.ok("state", "show", "a"),
    line.ok("state", "show", urnOf("b"), "--json"),
    line.run("state", "show", "nope"),
  ]);
  assert.match(table, /^TYPE +NAME +URN\npulumi:pulumi:Stack +proj-dev +urn:/);
  assert.deepEqual(
    JSON.parse(json).map(({ name }: { name: string }) => name),
    ["proj-dev", "default", "a", "b"],
  );
  assert.match(byName, /^name: a\n[\s\S]*protect: true\n[\s\S]*inputs:\n {2}v: 1\n/);
  assert.deepEqual(JSON.parse(shown).dependencies, [urnOf("a")]);
  assert.equal(missing.code, 1);
});

test("A secret is shown on demand only", async () => {
  await using line = await filledStack();
  assert.match(await line.ok("state", "show", "proj-dev"), /token: "\[secret\]"/);
  assert.match(await line.ok("state", "show", "proj-dev", "--show-secrets"), /token: "hunter22"/);
});

test("A resource is forgotten unless others need it or it is protected", async () => {
  await using line = await filledStack();
  const before = await line.read(".pulumi/stacks/proj/dev.json");
  const needed = await line.run("state", "delete", urnOf("a"), "--force", "--yes");
  assert.equal(needed.code, 1);
  assert.match(needed.stderr, /can't be safely deleted because the following resources depend on it:\n \* "b" .*::b\)/);
  const guarded = await line.run("state", "delete", urnOf("a"), "--target-dependents");
  assert.equal(guarded.code, 1);
  assert.match(guarded.stderr, /because it is protected\. Re-run this command with --force/);
  assert.equal((await line.run("state", "delete", "a", "--yes")).code, 1, "names are not enough to lose something");
  assert.equal((await line.run("state", "delete")).code, 1);
  assert.equal(await line.read(".pulumi/stacks/proj/dev.json"), before);

  // As with Pulumi's, a script need not say yes.
  assert.equal(await line.ok("state", "delete", urnOf("a"), "--target-dependents", "--force"), "2 resources deleted");
  assert.doesNotMatch(await line.ok("state", "list"), /Resource/);
});

test("Protection is taken off one resource or all", async () => {
  await using line = await filledStack();
  assert.equal((await line.run("state", "unprotect", "nope", "--yes")).code, 1);
  assert.equal(await line.ok("state", "unprotect", urnOf("a"), "--yes"), "1 resources unprotected");
  assert.doesNotMatch(await line.read(".pulumi/stacks/proj/dev.json"), /"protect"/);
  assert.equal(await line.ok("state", "unprotect", "--all", "--yes"), "All resources unprotected");
  assert.equal((await line.run("state", "unprotect", "--all", urnOf("a"))).code, 1);
});

test("The state of a stack that does not exist is not edited into being", async () => {
  await using line = await filledStack();
  const before = await line.names(".");
  for (const args of [["list"], ["show", "a"], ["delete", urnOf("a")], ["unprotect", "--all"]]) {
    assert.equal((await line.run("state", ...args, "-s", "nope")).code, 6, args.join(" "));
  }
  assert.deepEqual(await line.names("."), before);
});
