import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { findBackend } from "../../engine/backend-url.js";
import { bareProject, loadProject, type Project } from "../../engine/project.js";
import { readStackFile, resolveConfig, writeSalt } from "../../engine/stack-config.js";
import { Secret } from "../../engine/values/value.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "engine-project-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(yaml: string): void {
  writeFileSync(join(root, "Pulumi.yaml"), yaml);
}

function load(): Project {
  const project = loadProject(root);
  assert.ok(project);
  return project;
}

test("A project is found from any folder below it", () => {
  write("name: lab\nruntime: nodejs\n");
  mkdirSync(join(root, "a/b"), { recursive: true });
  const project = loadProject(join(root, "a/b"));
  assert.equal(project?.root, root);
  assert.equal(project?.entry, ".");
  assert.equal(project?.typescript, true);
});

test("Options of the runtime, the program and drift are taken over", () => {
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src/main.js"), "");
  write(
    "name: lab\nruntime:\n  name: nodejs\n  options: {nodeargs: '--import tsx', typescript: false}\nmain: src/main.js\noptions: {refresh: always}\nbackend: {url: 'file://./state'}\n",
  );
  const project = load();
  assert.deepEqual(project.nodeArgs, ["--import", "tsx"]);
  assert.equal(project.typescript, false);
  assert.equal(project.programDirectory, join(root, "src"));
  assert.equal(project.entry, "main.js");
  assert.equal(findBackend(project, { env: {}, cwd: root }).root, join(root, "state"));
});

test("Projects of other runtimes and with bad names are refused", () => {
  write("name: lab\nruntime: python\n");
  assert.throws(load, /its runtime is python/);
  write("name: 'my lab'\nruntime: nodejs\n");
  assert.throws(load, /Cannot use project name "my lab"/);
  write("runtime: nodejs\n");
  assert.throws(load, /Cannot load project ".*Pulumi.yaml"/);
});

test("The environment, the project, the login and the folder name the state, in this order", () => {
  write("name: lab\nruntime: nodejs\nbackend: {url: 'file:///srv/state'}\n");
  const home = join(root, "home");
  mkdirSync(home);
  writeFileSync(join(home, "credentials.json"), JSON.stringify({ current: "file://~/elsewhere" }));
  const project = load();
  const bare = bareProject({ name: "lab", root, entry: join(root, "p.js") });
  const find = (from: Project, env: NodeJS.ProcessEnv) => findBackend(from, { env, cwd: "/tmp" });
  assert.equal(find(project, { PULUMI_BACKEND_URL: "file://./x?metadata=skip" }).root, "/tmp/x");
  assert.equal(find(project, { PULUMI_HOME: home }).root, "/srv/state");
  assert.equal(find(bare, { PULUMI_HOME: home }).root, join(homedir(), "elsewhere"));
  assert.equal(find(bare, { PULUMI_HOME: join(root, "nothing") }).root, root);
});

test("State that is not in a folder is refused with the remedy", () => {
  write("name: lab\nruntime: nodejs\nbackend: {url: 'https://api.pulumi.com'}\n");
  assert.throws(
    () => findBackend(load(), { env: {}, cwd: root }),
    /Cannot keep state at "https:.*set it to file:\/\/<folder>/,
  );
});

test("A relative state folder counts from the project, which is said when it matters", () => {
  write("name: lab\nruntime: nodejs\nbackend: {url: 'file://.'}\n");
  assert.equal(findBackend(load(), { env: {}, cwd: root }).notice, undefined);
  const elsewhere = findBackend(load(), { env: {}, cwd: "/tmp" });
  assert.equal(elsewhere.root, root);
  assert.match(elsewhere.notice ?? "", /run that one in/);
});

test("Configuration comes from the project, the stack and the run, the later over the earlier", async () => {
  write("name: lab\nruntime: nodejs\nconfig:\n  size: {type: integer, default: 1}\n  zone: a\n");
  writeFileSync(
    join(root, "Pulumi.dev.yaml"),
    "config:\n  lab:zone: b\n  kvm:hosts: {h1: {key: {secure: x}}}\n  lab:flag: true\n",
  );
  const file = await readStackFile(load(), "dev");
  const config = resolveConfig(load(), file, { decrypt: (text) => `clear-${text}`, overrides: { flag: "no" } });
  assert.deepEqual(config, {
    "lab:size": "1",
    "lab:zone": "b",
    "kvm:hosts": new Secret('{"h1":{"key":"clear-x"}}'),
    "lab:flag": "no",
  });
});

test("A value that is declared and missing is named", async () => {
  write("name: lab\nruntime: nodejs\nconfig:\n  size: {type: integer}\n");
  const file = await readStackFile(load(), "dev");
  assert.throws(
    () => resolveConfig(load(), file, { decrypt: String, overrides: {} }),
    /missing configuration value "lab:size"/,
  );
});

test("Writing the salt keeps comments", async () => {
  write("name: lab\nruntime: nodejs\n");
  writeFileSync(join(root, "Pulumi.dev.yaml"), "# ours\nconfig:\n  lab:zone: b # inner\n");
  await writeSalt(await readStackFile(load(), "dev"), "v1:abc");
  const file = await readStackFile(load(), "dev");
  assert.equal(file.salt, "v1:abc");
  assert.match(file.document.toString(), /^# ours\nconfig:\n {2}lab:zone: b # inner\n/);
});

test("Secrets providers other than the passphrase are refused", async () => {
  write("name: lab\nruntime: nodejs\n");
  writeFileSync(join(root, "Pulumi.dev.yaml"), "secretsprovider: awskms://alias/x\n");
  await assert.rejects(readStackFile(load(), "dev"), /the secrets provider is awskms/);
});
