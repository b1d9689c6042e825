import assert from "node:assert/strict";
import { test } from "node:test";
import { isCovered, overrideXml, problemOfOverride } from "../../../provider/libvirt/override.js";

const stored = `<domain type='qemu' id='1'><name>ours</name><uuid>u</uuid>
  <memory unit='KiB'>1048576</memory><currentMemory unit='KiB'>1048576</currentMemory><vcpu placement='static'>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <devices>
    <interface type='bridge'><mac address='52:54:00:ab:cd:ef'/><source bridge='a'/><address type='pci' bus='0x01' slot='0x00'/></interface>
    <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='a'/></interface>
  </devices></domain>`;

const covered = (inner: string) => isCovered(`<domain>${inner}</domain>`, stored);

test("What libvirt adds or writes in its own way is no difference", () => {
  for (const inner of [
    "",
    "<name>theirs</name><uuid>other</uuid><metadata><x/></metadata>",
    "<memory unit='GiB'>1</memory>",
    "<memory unit='M'>1024</memory>",
    "<memory>1048576</memory>",
    "<memory unit='bytes'>1073741824</memory>",
    "<vcpu>\n 2 </vcpu>",
    "<os><type machine='q35'>hvm</type></os>",
    "<devices><interface type='bridge'><mac address='52:54:00:AB:CD:EF'/></interface></devices>",
    "<devices><interface><address slot='0' bus='1'/></interface></devices>",
    "<devices><interface type='bridge'><source bridge='a'/></interface><interface><mac address='52:54:00:ab:cd:ef'/></interface></devices>",
  ]) {
    assert.ok(covered(inner), inner);
  }
});

test("What is missing or other is a difference", () => {
  for (const inner of [
    "<memory unit='MB'>1024</memory>",
    "<vcpu>3</vcpu>",
    "<os><type machine='pc'>hvm</type></os>",
    "<os><boot dev='hd'/></os>",
    "<devices><interface><source bridge='b'/></interface></devices>",
    `<devices>${"<interface><source bridge='a'/></interface>".repeat(3)}</devices>`,
  ]) {
    assert.ok(!covered(inner), inner);
  }
});

test("Our name, uuid and mark stand in the user's document, whose own metadata stays", () => {
  const mark = { urn: "urn", realm: "r", incarnation: "i", since: "s" };
  const xml = overrideXml(
    "<domain type='kvm'><name>x</name><metadata><app:a xmlns:app='u'/></metadata><vcpu>1</vcpu></domain>",
    {
      name: "ours",
      uuid: "u",
      mark,
    },
  );
  assert.match(xml, /<name>ours<\/name>/);
  assert.doesNotMatch(xml, /<name>x/);
  assert.match(xml, /app:a/);
  assert.match(xml, /<kvm:owner [^>]*urn="urn"/);
});

test("What is no document is refused before anything happens", () => {
  assert.match(problemOfOverride("<network/>") ?? "", /there is no <domain> element/);
  assert.match(problemOfOverride("<!DOCTYPE a [<!ENTITY b 'c'>]><domain/>") ?? "", /document type/);
  assert.match(problemOfOverride("<domain>") ?? "", /must be well-formed XML: .*line 1/);
  assert.equal(problemOfOverride("<domain/>"), undefined);
});
