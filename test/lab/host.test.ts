import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { labAvailable } from "./available.js";
import { startHost } from "./host.js";

const lab = labAvailable();

describe("a lab host", { skip: lab.available ? false : lab.reason }, () => {
  test("has a name, processes, devices and folders of its own", async () => {
    await using host = await startHost({ name: "h1", libvirt: false, openvswitch: false });
    assert.equal((await host.run(["hostname"])).stdout, "h1");
    assert.equal((await host.run(["cat", "/proc/1/comm"])).stdout, "bash");
    assert.equal((await host.run(["test", "-e", "/dev/kvm"], { check: false })).exitCode, 1);
    await host.run(["sh", "-c", "cat >/var/lib/pulumi-kvm/x"], { input: "mine" });
    assert.equal(await readFile(host.path("/var/lib/pulumi-kvm/x"), "utf8"), "mine");
    await assert.rejects(access("/var/lib/pulumi-kvm/x"));
    await writeFile(host.path("/run/y"), "from outside");
    assert.equal((await host.run(["cat", "/run/y"])).stdout, "from outside");
  });

  test("runs libvirtd, Open vSwitch and sshd, and others reach it over ssh", async () => {
    await using a = await startHost({ name: "h1", libvirt: false, openvswitch: false });
    await using b = await startHost({ name: "h2" });
    const ssh = ["ssh", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "h2"];
    await a.run(["sh", "-c", "cat >/root/.ssh/known_hosts"], { input: `h2 ${b.hostKey}\n` });
    assert.equal((await a.run([...ssh, "virsh", "uri"])).stdout.trim(), "qemu:///system");
    assert.equal((await a.run([...ssh, "ovs-vsctl", "list-br"])).stdout, "");
  });

  test("keeps its state over a power cycle, but not its processes", async () => {
    await using host = await startHost({ name: "h1", libvirt: false, sshd: false });
    await host.run(["ovs-vsctl", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev"]);
    await host.run(["touch", "/run/gone"]);
    await host.reboot();
    assert.equal((await host.run(["ovs-vsctl", "list-br"])).stdout, "br0");
    assert.equal((await host.run(["test", "-e", "/run/gone"], { check: false })).exitCode, 1);
  });

  test("can be cut off and lose libvirtd for a while", async () => {
    await using host = await startHost({ name: "h1", openvswitch: false, sshd: false });
    await host.cutOff();
    assert.match((await host.run(["ip", "link", "show", "eth0"])).stdout, /NO-CARRIER/);
    await host.reconnect();
    assert.doesNotMatch((await host.run(["ip", "link", "show", "eth0"])).stdout, /NO-CARRIER/);
    await host.stopLibvirt();
    assert.match((await host.run(["virsh", "list"], { check: false })).stderr, /libvirt-sock/);
    await host.startLibvirt();
    await host.run(["virsh", "list"]);
  });

  test("ends a program that takes too long", async () => {
    await using host = await startHost({ name: "h1", libvirt: false, openvswitch: false, sshd: false });
    await assert.rejects(host.run(["sleep", "7531"], { timeout: 200 }), /timed out/);
    assert.equal((await host.run(["pgrep", "-f", "sleep 7531"], { check: false })).stdout, "");
  });

  test("is gone when the process that started it is killed", async () => {
    const program = path.join(import.meta.dirname, "start-and-wait.ts");
    const child = spawn(process.execPath, ["--import", "tsx", program], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const pid = Number(line);
    await access(`/proc/${pid}/ns`);
    child.kill("SIGKILL");
    const deadline = Date.now() + 5000;
    while (await isRunning(pid)) {
      assert.ok(Date.now() < deadline, `process ${pid} of the host is still running`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

/** A dead process may stay listed until its parent takes notice. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
  return !/\) [ZX]/.test(stat);
}
