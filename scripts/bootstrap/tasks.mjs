const libvirt = [
  { name: "qemu-system-x86", program: "qemu-system-x86_64", why: "runs the guests" },
  { name: "qemu-utils", program: "qemu-img", why: "makes their disks" },
  { name: "libvirt-daemon-system", program: "libvirtd", why: "manages the guests" },
  { name: "libvirt-daemon-driver-qemu", why: "lets libvirt manage QEMU" },
  { name: "libvirt-clients", program: "virsh", why: "talks to libvirt" },
  { name: "openvswitch-switch", program: "ovs-vswitchd", why: "connects the guests" },
  { name: "dnsmasq-base", program: "dnsmasq", why: "gives addresses in libvirt's networks" },
  { name: "iproute2", program: "ip", why: "sets up bridges and addresses" },
  { name: "openssh-client", program: "ssh", why: "reaches guests and hosts" },
];

const lab = [
  ...libvirt,
  { name: "openssh-server", program: "sshd", why: "runs inside the disposable hosts of the tests" },
  { name: "procps", program: "pgrep", why: "lets tests look for left-over processes" },
  { name: "iputils-ping", program: "ping", why: "lets tests try whether guests are connected" },
  { name: "fdisk", program: "sfdisk", why: "lets tests look into disks" },
  { name: "e2fsprogs", program: "e2fsck", why: "lets tests check that file systems are clean" },
  { name: "xz-utils", program: "xz", why: "unpacks compressed images" },
];

/**
 * What can be started.
 * - program: TypeScript file with its fixed arguments
 * - packages: what it needs of the system
 * - optional: without them it still runs, and says what it skips
 * - daemons: whether the machine's own libvirt and Open vSwitch must run; otherwise nothing may start them
 */
export const tasks = {
  test: {
    program: ["scripts/test.ts"],
    packages: lab,
    optional: true,
    daemons: false,
    help: `Usage: npm test [-- [--long] PART-OF-A-PATH...]

Installs what the tests need (as root, or asking sudo), builds, and runs test/**/*.test.ts. Tests of libvirt and Open vSwitch
run in disposable hosts and do not touch the machine's own; without root they are skipped.`,
  },
  "test:long": {
    program: ["scripts/test.ts", "--long"],
    packages: lab,
    optional: true,
    daemons: false,
    help: "Usage: npm run test:long [-- PART-OF-A-PATH...]\n\nLike npm test, with the long tests too.",
  },
  bench: {
    program: ["bench/main.ts"],
    packages: lab,
    optional: false,
    daemons: false,
    help: "Usage: npm run bench [-- COUNT...]\n\nMeasures with so many guests, in a disposable host.",
  },
  quickstart: {
    program: ["scripts/quickstart.ts"],
    packages: libvirt,
    optional: false,
    daemons: true,
    help: `Usage: npm run quickstart [-- OPTIONS]

Installs what is missing (it asks first), starts libvirt and Open vSwitch where they do not run, brings a testbed of two
guests up, breaks it and repairs it.
  --yes      ask nothing
  --image F  a guest image of your own instead of the one built here
  --destroy  take the testbed down`,
  },
};
