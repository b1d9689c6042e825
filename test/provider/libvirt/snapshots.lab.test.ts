import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { connectionSchema } from "../../../provider/host/connection.js";
import { connectHost } from "../../../provider/host/connections.js";
import { snapshotNames } from "../../../provider/libvirt/snapshots.js";
import { currentHost } from "../../lab/current.js";

const { run } = currentHost();
const host = connectHost(connectionSchema.parse({}));

test("A domain's snapshots are listed; a domain that is not there has none", async () => {
  const disk =
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/tmp/snapped.qcow2'/><target dev='vda' bus='virtio'/></disk>";
  const xml = `<domain type='qemu'><name>snapped</name><memory unit='MiB'>16</memory><os><type arch='x86_64'>hvm</type></os><devices>${disk}</devices></domain>`;
  await run(["qemu-img", "create", "-f", "qcow2", "/tmp/snapped.qcow2", "1M"]);
  await writeFile("/tmp/snapped.xml", xml);
  await run(["virsh", "define", "/tmp/snapped.xml"]);
  assert.deepEqual(await snapshotNames(host, "snapped"), []);
  for (const name of ["before", "after the change"]) await run(["virsh", "snapshot-create-as", "snapped", name]);
  assert.deepEqual(await snapshotNames(host, "snapped"), ["before", "after the change"]);
  await run(["virsh", "undefine", "snapped", "--snapshots-metadata"]);
  assert.deepEqual(await snapshotNames(host, "snapped"), []);
});
