import { chmod, copyFile, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { allSteps, installModules } from "./modules.js";
import type { Sysroot } from "./sysroot.js";

const programs = ["usr/sbin/dropbear", "usr/bin/dropbearkey", "usr/bin/dropbearconvert", "sbin/resize2fs"];
/** OpenSSH looks for the server of file transfers in its own place, dropbear in this one. */
const sftpServer = { from: "usr/lib/openssh/sftp-server", to: "usr/lib/sftp-server" };

const folders =
  "bin sbin usr/bin usr/sbin usr/lib/nocloud lib64 lib/x86_64-linux-gnu etc/init.d etc/acpi/PWRF etc/ssh dev proc sys run tmp mnt home var/log var/lib/cloud/data";

/** Plain files of the system; there is no package manager that would have made them. */
const files: Record<string, string> = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "etc/group": "root:x:0:\n",
  // no password: who may log in is decided by keys, and `sudo` needs none (see guest/sudo)
  "etc/shadow": "root::19000::::::\n",
  "etc/shells": "/bin/sh\n",
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
  "etc/os-release": 'NAME="Micro guest"\nPRETTY_NAME="Micro guest"\nID=micro\nID_LIKE=busybox\nVERSION_ID="1"\n',
  "etc/profile": "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
  "etc/hostname": "micro\n",
  "etc/machine-id": "",
  "etc/resolv.conf": "",
};

/** The system on the disk, as a folder. */
export async function buildRootfs(sysroot: Sysroot, { guest, root }: { guest: string; root: string }): Promise<void> {
  for (const folder of folders.split(" ")) await mkdir(path.join(root, folder), { recursive: true });
  await mkdir(path.join(root, "root/.ssh"), { recursive: true, mode: 0o700 });
  await chmod(path.join(root, "root"), 0o700);
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(root, name), content);
  await chmod(path.join(root, "etc/shadow"), 0o600);
  await installModules(sysroot.folder, path.join(root, "modules"), allSteps());
  await installPrograms(sysroot, root);
  await installScripts(guest, root);
}

async function installPrograms(sysroot: Sysroot, root: string): Promise<void> {
  const install = async (from: string, to: string) => {
    await copyFile(await sysroot.find(from), path.join(root, to));
    await chmod(path.join(root, to), 0o755);
  };
  await install("bin/busybox", "bin/busybox");
  // Busybox drops these rights itself in all commands but the few that need them, such as ping and su.
  await chmod(path.join(root, "bin/busybox"), 0o4755);
  // Raw sockets are root's; the users of a testbed expect to ping from their own account.
  await install("bin/busybox", "bin/ping");
  await chmod(path.join(root, "bin/ping"), 0o4755);
  for (const program of programs) await install(program, program);
  await install(sftpServer.from, sftpServer.to);
  await install("lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2");
  for (const library of await sysroot.librariesOf([...programs, sftpServer.from])) {
    await copyFile(library, path.join(root, "lib/x86_64-linux-gnu", path.basename(library)));
  }
  const { stdout } = await execa(path.join(root, "bin/busybox"), ["--list-full"]);
  for (const name of stdout.split("\n")) {
    if (!/^(usr\/)?s?bin\//.test(name) || name === "bin/busybox") continue;
    await symlink("/bin/busybox", path.join(root, name)).catch(keepExisting);
  }
}

/** A real program wins over busybox' version of it. */
function keepExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

async function installScripts(guest: string, root: string): Promise<void> {
  const script = async (from: string, to: string) => {
    await copyFile(path.join(guest, from), path.join(root, to));
    await chmod(path.join(root, to), 0o755);
  };
  await copyFile(path.join(guest, "inittab"), path.join(root, "etc/inittab"));
  await script("rcS", "etc/init.d/rcS");
  await script("power-button", "etc/acpi/PWRF/00000080");
  await script("cloud-init", "usr/bin/cloud-init");
  await script("sudo", "usr/bin/sudo");
  await cp(path.join(guest, "nocloud"), path.join(root, "usr/lib/nocloud"), { recursive: true });
  await script("nocloud/main", "usr/lib/nocloud/main");
  await script("udhcpc.script", "usr/lib/nocloud/udhcpc.script");
  await copyFile(path.join(guest, "yaml.awk"), path.join(root, "usr/lib/nocloud/yaml.awk"));
}
