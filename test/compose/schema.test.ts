import assert from "node:assert/strict";
import { test } from "node:test";
import { messages, modelOf, planOf } from "./helpers.js";

const minimal = (machine: string) => `machines: [{name: a, ${machine}}]\n`;
const disk = "libvirt_type: {cloud_image: {path: guest.qcow2}}";

test("a machine needs a name and one kind", () => {
  assert.match(String(messages(`machines: [{libvirt: {${disk}}}]`)), /machines\[0\]\.name is missing: it must be text/);
  assert.match(String(messages(minimal(""))), /machine "a" does not say what it is; add one of: libvirt, disk/);
  assert.match(
    String(messages(minimal(`libvirt: {${disk}}, docker: {}`))),
    /machine "a" is libvirt and docker at once/,
  );
  assert.match(
    String(messages(minimal("libvirt: {cpus: 1}"))),
    /needs libvirt_type with one of: cloud_image, existing_disk/,
  );
  assert.match(
    String(messages(minimal("libvirt: {libvirt_type: cloud_image}"))),
    /must be a mapping of keys to values/,
  );
});

test("what is known and cannot be done names its key", () => {
  const keys = {
    "machines[0].avd": minimal("avd: {}"),
    "machines[0].android": minimal("android: {avd: {}}"),
    "machines[0].network": minimal(`libvirt: {${disk}}, network: [{switch: sw0}]`),
    "machines[0].libvirt.scaling": minimal(`libvirt: {${disk}, scaling: {count: 2}}`),
    "machines[0].libvirt.libvirt_type.iso_guest": minimal("libvirt: {libvirt_type: {iso_guest: {path: x}}}"),
    "network.ovn": "network: {ovn: {switches: {}}}",
    "network.network_interfaces": "network: {bridges: [], network_interfaces: [{nic_name: eth1}]}",
    tooling: "machines: []\ntooling: {tcpdump: true}",
    bridges: "bridges: [{name: br0}]",
  };
  for (const [key, text] of Object.entries(keys)) {
    const [found, ...more] = messages(text);
    assert.ok(found?.includes(`error: ${key} is not supported yet`), `${key}: ${found}`);
    assert.deepEqual(more, []);
  }
});

test("what is empty asks for nothing", () => {
  const text = `${minimal(`libvirt: {${disk}, scaling: , username: , password: }`)}network: {bridges: , bridge_connections: {}, external_bridge: }\ntooling: {}\ntestbed_options: {}\n`;
  assert.deepEqual(messages(text), []);
});

test("keys without effect are warned about", () => {
  const found = messages(minimal(`libvirt: {${disk}, password: secret}, cpus: 4`));
  assert.match(String(found), /warning: machines\[0\]\.libvirt\.password has no effect/);
  assert.match(String(found), /warning: machines\[0\]\.cpus has no effect here: write it below libvirt/);
  assert.equal(found.length, 2);
});

test("text that YAML reads as something else needs quotes", () => {
  const found = messages(minimal("libvirt: {libvirt_type: {cloud_image: {path: guest.qcow2, environment: {TWO: 2}}}}"));
  assert.match(String(found), /environment\.TWO must be text, not 2; put it in quotes$/);
});

test("the flat form means the same as the one with libvirt", () => {
  const setup = "environment: {ONE: one}, run_script: run.sh";
  const nested = `machines: [{name: a, libvirt: {cpus: 2, memory_mb: 1024, libvirt_type: {cloud_image: {path: guest.qcow2, ${setup}}}}}]`;
  const flat = `machines: [{name: a, cpus: 2, memory_mb: 1024, disk: {cloud_image: {path: guest.qcow2}}, ${setup}}]`;
  assert.deepEqual(planOf(flat).guests[0]?.body, planOf(nested).guests[0]?.body);
});

test("cpus and memory have defaults", () => {
  assert.deepEqual(modelOf(minimal(`libvirt: {${disk}}`)).machines[0]?.options, {
    ...(modelOf(minimal(`libvirt: {${disk}, cpus: 1, memory_mb: 512, username: nocloud}`)).machines[0]
      ?.options as object),
  });
});

test("a host is local so far", () => {
  const file = (hosts: string) => `${minimal(`libvirt: {${disk}}`)}hosts: ${hosts}\n`;
  assert.equal(modelOf(file("{rack: {local: {uri: 'qemu:///session'}}}")).host?.name, "rack");
  assert.match(String(messages(file("{rack: {ssh: {host: a}}}"))), /hosts\.rack\.ssh is not supported yet/);
  assert.match(String(messages(file("{a: {local: {}}, b: {local: {}}}"))), /several hosts are not supported yet/);
  assert.match(String(messages(file("{a: {local: {store: x}}}"))), /store must be an absolute path/);
});

test("an interface names one bridge", () => {
  const file = (nic: string) => minimal(`libvirt: {${disk}}, interfaces: [${nic}]`);
  assert.match(String(messages(file("{ip: 10.0.0.4}"))), /an interface of machine "a" must name one bridge$/);
  assert.match(String(messages(file("br0"))), /interfaces\[0\] must be a mapping of keys to values, not "br0"/);
});
