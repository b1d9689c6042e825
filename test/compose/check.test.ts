// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment are written so
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOf, messages, on, told } from "./helpers.js";

test("tells all problems at once, each at its place, in the words of the file", () => {
  const text = `machines:
  - name: a
    libvirt:
      cpus: two
      libvirt_type:
        cloud_image: { path: lost.qcow2 }
    interfaces:
      - bridge: br0
        ip: 10.0.9.4
  - name: b
    libvirt:
      cpu: 1
      libvirt_type: { cloud_image: { name: ubuntu_22_40 } }
    interfaces:
      - bridge: br9
  - name: c
    docker: { image: nginx }
    scaling:
      count: 3
network:
  bridges:
    - name: br0
      subnet: 10.0.0.0/24
    - { name: br1, subnet: 10.0.0.128/25 }
  external_bridge: br0
`;
  assert.equal(
    told(text),
    `kvm-compose.yaml:4:13: error: machines[0].libvirt.cpus must be a whole number, not "two"
  4 |       cpus: two
    |             ^^^
kvm-compose.yaml:6:30: error: the image "lost.qcow2" is not there: "/lab/lost.qcow2" is no file; give the path of a file
  6 |         cloud_image: { path: lost.qcow2 }
    |                              ^^^^^^^^^^
kvm-compose.yaml:9:13: error: ip "10.0.9.4" of machine "a" is outside of 10.0.0.0/24, the subnet of bridge "br0"
  9 |         ip: 10.0.9.4
    |             ^^^^^^^^
kvm-compose.yaml:12:7: warning: machines[1].libvirt.cpu is not a known key and has no effect; did you mean "cpus"?
  12 |       cpu: 1
     |       ^^^
kvm-compose.yaml:13:44: error: machines[1].libvirt.libvirt_type.cloud_image.name must be one of ubuntu_18_04, ubuntu_20_04, ubuntu_22_04, cirros_0_6_2, not "ubuntu_22_40"; did you mean "ubuntu_22_04"?
  13 |       libvirt_type: { cloud_image: { name: ubuntu_22_40 } }
     |                                            ^^^^^^^^^^^^
kvm-compose.yaml:15:17: error: machine "b" is plugged into bridge "br9", which network.bridges does not declare; declared are: br0, br1
  15 |       - bridge: br9
     |                 ^^^
kvm-compose.yaml:17:5: error: machines[2].docker is not supported yet: use a libvirt machine
  17 |     docker: { image: nginx }
     |     ^^^^^^
kvm-compose.yaml:18:5: error: machines[2].scaling is not supported yet: write the machines out, each with a name of its own
  18 |     scaling:
     |     ^^^^^^^
kvm-compose.yaml:24:28: error: subnet 10.0.0.128/25 of bridge "br1" overlaps 10.0.0.0/24 of bridge "br0"
  24 |     - { name: br1, subnet: 10.0.0.128/25 }
     |                            ^^^^^^^^^^^^^
kvm-compose.yaml:25:3: error: network.external_bridge is not supported yet; leave it out
  25 |   external_bridge: br0
     |   ^^^^^^^^^^^^^^^
9 errors, 1 warning`,
  );
});

test("names are unique, whatever their case, and usable on a host", () => {
  const names = ["a", "A", "b c", "-x", "x".repeat(64), "localhost", "with\nnewline", "$(reboot)"];
  const found = messages(fileOf(names.map((name) => ({ name }))));
  assert.equal(found.length, names.length - 1);
  assert.match(String(found[0]), /machine name "A" is used twice, first by machines\[0\]; give each its own$/);
  assert.ok(found.some((message) => message.includes('machine name "with\\nnewline" cannot be a hostname')));
  assert.ok(found.every((message) => !message.includes("\n")));
});

test("a hostname has 63 characters, and the project is part of it", () => {
  const [found, ...more] = messages(fileOf([{ name: "a".repeat(50) }]), { project: "a-quite-long-project" });
  assert.match(String(found), /with 71 characters, 63 are possible; shorten its name or the project's$/);
  assert.deepEqual(more, []);
  assert.match(String(messages(fileOf([{ name: "a" }]), { project: ".x" })[0]), /the project is called "\.x"/);
});

test("bridges may have longer names than kvm-compose's five characters", () => {
  assert.deepEqual(messages(fileOf([{ name: "a", interfaces: on("office.lan") }], [{ name: "office.lan" }])), []);
  assert.match(String(messages(fileOf([], [{ name: "a b" }]))), /bridge name "a b" is not possible/);
  assert.match(String(messages(fileOf([], [{ name: "a" }, { name: "a" }]))), /bridge name "a" is used twice/);
});

test("addresses are in their subnet, free, and each machine's own", () => {
  const machine = (name: string, ip: string) => ({ name, interfaces: [{ bridge: "br0", ip }] });
  const ips = { a: "10.0.0.7", b: "10.0.0.7", c: "10.0.0.1", d: "10.0.0.255", e: "10.0.0.0", f: "10.0.0.8/24", g: "x" };
  const found = messages(
    fileOf(
      Object.entries(ips).map(([name, ip]) => machine(name, ip)),
      [{ name: "br0", subnet: "10.0.0.0/24" }],
    ),
  ).map((message) => message.replace(/^\d+: error: /, ""));
  assert.deepEqual(found, [
    'ip "10.0.0.7" of machine "b" is also that of machine "a" on bridge "br0"',
    'ip "10.0.0.1" of machine "c" is the host\'s own on bridge "br0"; take another one',
    'ip "10.0.0.255" of machine "d" is the broadcast address of 10.0.0.0/24; take another one',
    'ip "10.0.0.0" of machine "e" is the network address of 10.0.0.0/24; take another one',
    'ip "10.0.0.8/24" of machine "f" must be an IPv4 address such as 10.10.0.20, without prefix length',
    'ip "x" of machine "g" must be an IPv4 address such as 10.10.0.20, without prefix length',
  ]);
});

test("an address needs a declared subnet, and a subnet room for all", () => {
  assert.match(
    String(messages(fileOf([{ name: "a", interfaces: [{ bridge: "br0", ip: "10.3.0.7" }] }]))),
    /needs a subnet to be in: add one to bridge "br0", such as network\.bridges\[0\]\.subnet: 10\.3\.0\.0\/24/,
  );
  const two = [
    { name: "a", interfaces: on("br0") },
    { name: "b", interfaces: on("br0") },
  ];
  assert.match(
    String(messages(fileOf(two, [{ name: "br0", subnet: "10.0.0.0/30" }]))),
    /bridge "br0" has 2 interfaces plugged into it, its subnet has addresses for 1; declare a larger subnet/,
  );
});

test("wrong MAC addresses are errors, equal ones a warning", () => {
  const macs = {
    a: "52:54:00:00:00:01",
    b: "52:54:00:00:00:01",
    c: "53:54:00:00:00:01",
    d: "52-54",
    e: "00:00:00:00:00:00",
  };
  const machines = Object.entries(macs).map(([name, mac]) => ({ name, interfaces: [{ bridge: "br0", mac }] }));
  const found = messages(fileOf(machines)).map((message) => message.replace(/^\d+: /, ""));
  assert.match(String(found[0]), /^warning: mac "52:54:00:00:00:01" of machine "b" is also that of machine "a"/);
  assert.match(String(found[1]), /^error: .* is one of a group, not of a device: make its first number even$/);
  assert.match(String(found[2]), /^error: mac "52-54" of machine "d" must be a MAC address such as/);
  assert.match(String(found[3]), /^error: mac "00:/);
  assert.equal(found.length, 4);
});

test("a Linux bridge has no controller", () => {
  const bridge = { name: "br0", kind: "linux", controller: "tcp:127.0.0.1:6653", protocol: "OpenFlow13" };
  assert.equal(messages(fileOf([], [bridge])).length, 2);
  assert.deepEqual(messages(fileOf([], [{ ...bridge, kind: "openvswitch" }])), []);
});

test("images come from one place, which exists", () => {
  const file = (cloudImage: string) => `machines: [{name: a, libvirt: {libvirt_type: {cloud_image: {${cloudImage}}}}}]`;
  assert.match(String(messages(file("expand_gigabytes: 3"))), /cloud_image names no image: add name, path or url/);
  assert.match(String(messages(file("path: guest.qcow2, url: 'https://a/b'"))), /from a path or from a url/);
  assert.match(String(messages(file("url: 'ftp://a/b'"))), /must begin with http/);
  assert.match(String(messages(file("name: ubuntu_22_04, checksum: 'sha256:12'"))), /checksum must be sha256:/);
  const digest = `sha256:${"0".repeat(64)}`;
  assert.match(
    String(messages(file(`name: ubuntu_22_04, checksum: '${digest}'`))),
    /belongs to an image with path or url/,
  );
  assert.match(String(messages(file("path: '${IMAGE}'"))), /variable IMAGE is not set: .* \$\{IMAGE:-default\}/);
  assert.deepEqual(messages(file("path: '${IMAGE}'"), { environment: { IMAGE: "guest.qcow2" } }), []);
  assert.match(String(messages(file("path: guest.qcow2, run_script: no.sh"))), /the script "no\.sh" is not there/);
  assert.match(String(messages(file("name: cirros_0_6_2"))), /warning: cirros_0_6_2 has no cloud-init/);
});
