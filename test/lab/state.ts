import { randomUUID } from "node:crypto";
import { chmod, copyFile, cp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { withLock } from "../../scripts/bootstrap/lock.mjs";
import { defaultCacheDir } from "../../scripts/cache.js";

/** Folders every host has for itself; they lie below its state folder and survive its reboots. */
export const privateFolders = [
  "/root",
  "/etc/libvirt",
  "/etc/openvswitch",
  "/etc/ovn",
  "/etc/ssh",
  "/var/cache/libvirt",
  "/var/lib/libvirt",
  "/var/lib/openvswitch",
  "/var/lib/ovn",
  "/var/lib/pulumi-kvm",
  "/var/log/libvirt",
  "/var/log/openvswitch",
  "/var/log/ovn",
];

const capabilities = "var/cache/libvirt/qemu/capabilities";
const sharedCapabilities = path.join(defaultCacheDir, "libvirt-capabilities");

/** Fills the state folder of a new host: identity, keys, configuration. */
export async function prepareState(state: string, { name, address }: { name: string; address: string }): Promise<void> {
  for (const folder of [
    ...privateFolders,
    "/root/.ssh",
    "/tmp",
    "/etc/libvirt/qemu/networks",
    "/var/log/libvirt/qemu",
  ]) {
    await mkdir(path.join(state, folder), { recursive: true });
  }
  await chmod(path.join(state, "root"), 0o700);
  await chmod(path.join(state, "tmp"), 0o1777);
  const files: Record<string, string> = {
    "etc/hostname": `${name}\n`,
    "etc/machine-id": `${randomUUID().replaceAll("-", "")}\n`,
    "etc/hosts": "",
    "etc/libvirt/libvirtd.conf": `host_uuid = "${randomUUID()}"\nauth_unix_ro = "none"\nauth_unix_rw = "none"\n`,
    "etc/ssh/sshd_config": sshdConfig(address, state),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(state, file), content);
  await Promise.all([prepareKeys(state, name), shareTranspiledCode(state), reuseCapabilities(state)]);
}

function sshdConfig(address: string, state: string): string {
  return [
    `ListenAddress ${address}`,
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    "PasswordAuthentication no",
    "UsePAM no",
    "UseDNS no",
    "PidFile /run/sshd.pid",
    "Subsystem sftp internal-sftp",
    // without PAM nobody else sets these
    `SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=${path.join(state, "tmp")}`,
    "",
  ].join("\n");
}

/** Each host has a host key of its own; root's key is the same on all, so that each may log in on each. */
async function prepareKeys(state: string, name: string): Promise<void> {
  const shared = path.join(defaultCacheDir, "lab-key");
  await withLock(`${shared}.lock`, async () => {
    await generateKey(shared, "lab").catch(() => {});
  });
  const home = path.join(state, "root/.ssh");
  await copyFile(shared, path.join(home, "id_ed25519"));
  await copyFile(`${shared}.pub`, path.join(home, "id_ed25519.pub"));
  await copyFile(`${shared}.pub`, path.join(home, "authorized_keys"));
  await chmod(home, 0o700);
  await chmod(path.join(home, "id_ed25519"), 0o600);
  await generateKey(path.join(state, "etc/ssh/ssh_host_ed25519_key"), name);
}

/** Fails where the file exists: ssh-keygen asks then, and stdin is closed. */
async function generateKey(file: string, comment: string): Promise<void> {
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file], { stdin: "ignore" });
}

/** tsx keeps what it compiled below TMPDIR; hosts have their own, but compile the same. */
async function shareTranspiledCode(state: string): Promise<void> {
  const shared = path.join(defaultCacheDir, "tsx");
  await mkdir(shared, { recursive: true });
  await symlink(shared, path.join(state, "tmp/tsx-0"));
}

/** libvirt probes QEMU for a second on its first use and remembers the result; later hosts get it from earlier ones. */
async function reuseCapabilities(state: string): Promise<void> {
  await cp(sharedCapabilities, path.join(state, capabilities), { recursive: true }).catch(() => {});
}

/** Keeps what a host learnt about QEMU. Replaced as a whole, since other hosts may be copying it. */
export async function keepCapabilities(state: string): Promise<void> {
  const fresh = `${sharedCapabilities}.${randomUUID()}`;
  try {
    await cp(path.join(state, capabilities), fresh, { recursive: true });
    await rename(sharedCapabilities, `${fresh}.old`).catch(() => {});
    await rename(fresh, sharedCapabilities);
  } catch {
    // It has not probed yet, or another host was faster.
  } finally {
    await Promise.all([fresh, `${fresh}.old`].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
