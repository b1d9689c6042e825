import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { currentHost } from "./current.js";
import { testImage } from "./image.js";

const image = testImage();
const disks = "/var/lib/libvirt/images";

test("the micro guest boots from a linked clone and a seed", {
  skip: image.available ? false : image.reason,
}, async () => {
  if (!image.available) return;
  const { run } = currentHost();
  await run(["cp", image.path, `${disks}/base.qcow2`]);
  await run([
    "qemu-img",
    "create",
    "-q",
    "-f",
    "qcow2",
    "-b",
    `${disks}/base.qcow2`,
    "-F",
    "qcow2",
    `${disks}/g1.qcow2`,
    "1G",
  ]);
  await run(["ovs-vsctl", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev"]);
  await run(["ip", "address", "add", "10.9.0.1/24", "dev", "br0"]);
  await run(["ip", "link", "set", "br0", "up"]);
  await makeSeed();
  await writeFile("/root/g1.xml", domain);
  await run(["virsh", "define", "/root/g1.xml"]);
  await run(["virsh", "start", "g1"]);
  const answer = await eventually(() => ssh("hostname; cloud-init status --wait; cat /written; df -m / | tail -1"));
  const [name, status, written, size] = answer.split("\n");
  assert.deepEqual([name, status, written], ["guest1", "status: done", "as declared"]);
  assert.ok(Number(size?.split(/\s+/)[1]) > 900, `the root file system did not grow with the disk: ${size}`);
  assert.equal((await readFile("/root/.ssh/known_hosts", "utf8")).includes("10.9.0.2"), true);
  await run(["virsh", "shutdown", "g1"]);
  await eventually(async () => {
    assert.match((await run(["virsh", "domstate", "g1"])).stdout, /shut off/);
    return "off";
  });
});

async function makeSeed(): Promise<void> {
  const key = await readFile("/root/.ssh/id_ed25519.pub", "utf8");
  const user = { ssh_authorized_keys: [key.trim()], write_files: [{ path: "/written", content: "as declared\n" }] };
  const files = {
    "meta-data": "instance-id: one\nlocal-hostname: guest1\n",
    "user-data": `#cloud-config\n${JSON.stringify(user, undefined, 1)}\n`,
    "network-config": "version: 2\nethernets: {eth0: {addresses: [10.9.0.2/24]}}\n",
  };
  await mkdir("/root/seed");
  for (const [name, text] of Object.entries(files)) await writeFile(`/root/seed/${name}`, text);
  // QEMU shows a folder as a FAT file system; its volume label makes it a seed.
  const source = JSON.stringify({ driver: "vvfat", dir: "/root/seed", label: "CIDATA", floppy: true });
  await currentHost().run(["qemu-img", "convert", "-O", "raw", `json:${source}`, `${disks}/g1.seed`]);
}

async function ssh(command: string): Promise<string> {
  const options = ["-o", "StrictHostKeyChecking=accept-new", "-o", "BatchMode=yes", "-o", "ConnectTimeout=2"];
  return (await currentHost().run(["ssh", ...options, "root@10.9.0.2", command])).stdout;
}

async function eventually<T>(observe: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await observe();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(200);
    }
  }
}

const domain = `
<domain type='qemu'>
  <name>g1</name>
  <memory unit='MiB'>128</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/><tcg><tb-cache unit='MiB'>64</tb-cache></tcg></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='unsafe'/>
      <source file='${disks}/g1.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='${disks}/g1.seed'/>
      <target dev='vdb' bus='virtio'/>
      <readonly/>
    </disk>
    <interface type='bridge'>
      <source bridge='br0'/>
      <virtualport type='openvswitch'/>
      <model type='virtio'/>
      <driver name='qemu'><host csum='off'/></driver>
    </interface>
    <serial type='file'><source path='/var/log/libvirt/qemu/g1.console'/></serial>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>`;
