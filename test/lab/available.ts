import { spawnSync } from "node:child_process";
import { accessSync } from "node:fs";
import path from "node:path";

export type Availability = { available: true } | { available: false; reason: string };

const programs =
  "bash flock ip nsenter setpriv unshare ssh-keygen sshd qemu-img qemu-system-x86_64 libvirtd virtlogd virsh ovsdb-server ovsdb-tool ovs-vsctl ovs-vswitchd dnsmasq";

let answer: Availability | undefined;

/** Whether this machine can run lab hosts; a test that needs them passes the reason to `skip`. */
export function labAvailable(): Availability {
  answer ??= check();
  return answer;
}

function check(): Availability {
  if (process.platform !== "linux") return unavailable(`lab hosts are Linux namespaces, this is ${process.platform}`);
  if (process.getuid?.() !== 0) return unavailable("lab hosts need root");
  const missing = programs.split(" ").filter((program) => !onPath(program));
  if (missing.length > 0) return unavailable(`not installed: ${missing.join(", ")}`);
  // The least that host-init.sh does; containers without the privilege fail here.
  const trial =
    "mount --make-rprivate / && umount -l /sys && mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run && mount -t proc proc /proc && " +
    "ip link add lab0 type veth peer name lab1 && ip link add lab2 type bridge && test -c /dev/net/tun";
  const flags = ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  const { status, stderr, error } = spawnSync("unshare", [...flags, "sh", "-c", trial], {
    encoding: "utf8",
    timeout: 10_000,
  });
  if (status === 0) return { available: true };
  return unavailable(`cannot make a host of namespaces: ${error?.message ?? stderr.trim() ?? `exit code ${status}`}`);
}

function unavailable(reason: string): Availability {
  return { available: false, reason };
}

function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, program));
      return true;
    } catch {
      return false;
    }
  });
}
