import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { runQuietly, Trouble } from "./run.mjs";

/** In the order in which they start. A daemon runs when something answers at its socket. */
const daemons = [
  {
    name: "virtlogd",
    socket: "/run/libvirt/virtlogd-sock",
    units: ["virtlogd.socket"],
    start: ["virtlogd --daemon"],
  },
  {
    name: "libvirtd",
    socket: "/run/libvirt/libvirt-sock",
    units: ["libvirtd.service"],
    start: ["libvirtd --daemon"],
  },
  {
    name: "Open vSwitch's database",
    socket: "/run/openvswitch/db.sock",
    units: ["openvswitch-switch.service"],
    start: [
      "mkdir -p /run/openvswitch /etc/openvswitch",
      "test -e /etc/openvswitch/conf.db || ovsdb-tool create /etc/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema",
      "ovsdb-server /etc/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock --pidfile --detach --no-chdir --log-file -vconsole:off",
      "ovs-vsctl --no-wait init",
    ],
  },
  {
    name: "ovs-vswitchd",
    // its control socket carries its process id, so its pid file stands for it
    pidFile: "/run/openvswitch/ovs-vswitchd.pid",
    units: ["openvswitch-switch.service"],
    start: ["ovs-vswitchd --pidfile --detach --no-chdir --log-file -vconsole:off"],
  },
];

/** Starts the machine's libvirt and Open vSwitch where they do not run, and waits until they answer. */
export async function startDaemons({ sudo, systemd }) {
  if (!systemd) await shareKvm(sudo);
  for (const daemon of daemons) {
    if (await isRunning(daemon)) continue;
    console.log(`Starting ${daemon.name}`);
    const command = systemd ? `systemctl start ${daemon.units.join(" ")}` : daemon.start.join("\n");
    const script = `set -e; PATH="$PATH:/usr/sbin:/sbin"\n${command}`;
    await runQuietly([...sudo, "sh", "-c", script], { attempt: `start ${daemon.name}` });
    const deadline = Date.now() + 15_000;
    while (!(await isRunning(daemon))) {
      if (Date.now() > deadline)
        throw new Trouble(`Cannot go on: ${daemon.name} was started, but does not answer after 15 s`);
      await setTimeout(100);
    }
  }
}

/**
 * Does what Debian's udev rule for QEMU does, where there is no udev. While /dev/kvm is root's alone, libvirt finds at each
 * command that KVM has gone since it last looked, and probes QEMU anew: a command then takes seconds.
 */
async function shareKvm(sudo) {
  const device = statSync("/dev/kvm", { throwIfNoEntry: false });
  if (device === undefined || device.gid !== 0 || (device.mode & 0o077) !== 0) return;
  console.log("Giving /dev/kvm to the group kvm, as udev would");
  const script = "chgrp kvm /dev/kvm && chmod 0660 /dev/kvm";
  await runQuietly([...sudo, "sh", "-c", script], { attempt: "give /dev/kvm to the group kvm" });
}

async function isRunning({ socket, pidFile }) {
  return socket === undefined ? isAlive(pidFile) : answers(socket);
}

function isAlive(pidFile) {
  try {
    return existsSync(`/proc/${Number(readFileSync(pidFile, "utf8"))}`);
  } catch {
    return false; // no such file, or of a daemon of an earlier boot
  }
}

function answers(socket) {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const done = (answer) => {
      connection.destroy();
      resolve(answer);
    };
    connection.once("connect", () => done(true));
    // a socket that only root may use is there nevertheless
    connection.once("error", (error) => done(error.code === "EACCES"));
  });
}
