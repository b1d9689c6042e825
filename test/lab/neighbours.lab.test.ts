// lab: no-openvswitch no-libvirt
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { test } from "node:test";
import { execa } from "execa";
import { currentHost } from "./current.js";
import { startHost } from "./host.js";

test("a lab file runs in its host", async () => {
  const host = currentHost();
  assert.equal(hostname(), host.name);
  assert.equal(existsSync("/dev/kvm"), false);
  assert.equal(existsSync("/run/libvirt/libvirt-sock"), false, "the first line of this file declines libvirt");
});

test("hosts that it starts are neighbours: ssh reaches them and they reach back", async () => {
  await using other = await startHost({ name: "h2", libvirt: false, openvswitch: false });
  assert.equal((await execa("ssh", ["-o", "BatchMode=yes", "h2", "hostname"])).stdout, "h2");
  const back = ["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", currentHost().address, "hostname"];
  assert.equal((await other.run(back)).stdout, currentHost().name);
});
