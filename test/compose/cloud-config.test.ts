import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { cloudConfig } from "../../compose/machines/cloud-config.js";
import type { GuestBody } from "../../compose/machines/libvirt.js";
import type { GuestPlan } from "../../compose/plan.js";
import { fileOf, on, planOf, type SomeMachine } from "./helpers.js";

const key = "ssh-ed25519 AAAA test";
const alice: SomeMachine = { name: "alice", interfaces: on("br0") };
const bob: SomeMachine = { name: "bob", interfaces: on("br0") };

function guestsOf(machines: SomeMachine[]): GuestPlan<GuestBody>[] {
  return planOf(fileOf(machines, [{ name: "br0", subnet: "10.5.0.0/24" }])).guests as GuestPlan<GuestBody>[];
}

function firstOf(machines: SomeMachine[]): GuestPlan<GuestBody> {
  const [guest] = guestsOf(machines);
  assert.ok(guest);
  return guest;
}

test("the user has the key, sudo and no password", () => {
  const { users, ssh_pwauth } = cloudConfig(firstOf([alice]), key).userData;
  assert.equal(ssh_pwauth, false);
  assert.deepEqual(users, [
    {
      name: "nocloud",
      shell: "/bin/bash",
      sudo: "ALL=(ALL) NOPASSWD:ALL",
      lock_passwd: true,
      ssh_authorized_keys: [key],
    },
  ]);
});

test("every start writes the names of all guests", () => {
  const { userData } = cloudConfig(firstOf([alice, bob]), key);
  const [[shell, ...args]] = userData.bootcmd as [[string, ...string[]]];
  const script = args.map((word) => word.replace(">/etc/hosts", ""));
  assert.equal(userData.manage_etc_hosts, false);
  assert.equal(
    execFileSync(shell, script, { encoding: "utf8" }),
    "127.0.0.1 localhost\n127.0.1.1 lab-alice alice\n::1 localhost ip6-localhost ip6-loopback\n10.5.0.11 lab-bob bob\n",
  );
});

test("a guest that is added makes no new instance of the others, a changed key or script does", () => {
  const guest = firstOf([alice]);
  const instance = (of: GuestPlan<GuestBody>, publicKey = key) => cloudConfig(of, publicKey).metaData["instance-id"];
  assert.equal(instance(firstOf([alice, bob])), instance(guest));
  assert.notEqual(instance(guest, "ssh-ed25519 BBBB"), instance(guest));
  const setup = { environment: {}, runScript: "reboot\n" };
  assert.notEqual(instance({ ...guest, body: { ...guest.body, setup } }), instance(guest));
});

test("env.sh prints any value, and fails for a name that is not there", () => {
  const guest = firstOf([alice]);
  const run = (environment: Record<string, string>, name: string) => {
    const { userData } = cloudConfig({ ...guest, body: { ...guest.body, setup: { environment } } }, key);
    const [{ path, content, permissions, encoding }] = userData.write_files as [Record<string, string>];
    assert.equal(path, "/etc/nocloud/env.sh");
    assert.equal(permissions, "0755");
    assert.equal(encoding, "b64");
    return execFileSync("sh", ["-c", Buffer.from(String(content), "base64").toString(), "env.sh", name], {
      encoding: "utf8",
    });
  };
  const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((value) => !value.includes("\0"));
  fc.assert(
    fc.property(text, text, (name, value) => {
      assert.equal(run({ [name]: value, other: "x" }, name), `${value}\n`);
    }),
    {
      numRuns: 30,
      examples: [
        ["A", 'it\'s $(id) `id` "x" \\ *'],
        ["a) id;; *", "x"],
      ],
    },
  );
  assert.throws(() => run({ A: "a" }, "B"));
});

test("run_script runs at the first start and leaves what it said", () => {
  const file = "machines: [{name: a, libvirt: {libvirt_type: {cloud_image: {path: guest.qcow2, run_script: run.sh}}}}]";
  const [guest] = planOf(file).guests as GuestPlan<GuestBody>[];
  assert.ok(guest);
  const { userData } = cloudConfig(guest, key);
  const content = Buffer.from("content of /lab/run.sh\n").toString("base64");
  assert.deepEqual(userData.write_files, [
    { path: "/etc/nocloud/run_script", permissions: "0755", encoding: "b64", content },
  ]);
  assert.deepEqual(userData.runcmd, [
    "/etc/nocloud/run_script >/etc/nocloud/run_script_out.txt 2>/etc/nocloud/run_script_err.txt",
  ]);
});
