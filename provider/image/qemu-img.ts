import type { Command, Host } from "../host/host.js";

/** Makes an overlay, whole or not at all. `size` in bytes; without it the overlay is as large as what it stands on. */
export async function createOverlay(
  host: Host,
  overlay: { path: string; backing: { path: string; format: string }; size: number | undefined },
): Promise<void> {
  const { path, backing, size } = overlay;
  const temporary = `${path}.part`;
  const options = ["-f", "qcow2", "-b", backing.path, "-F", backing.format];
  try {
    await host.run([
      ...["qemu-img", "create", "-q"],
      ...options,
      temporary,
      ...(size === undefined ? [] : [String(size)]),
    ] as unknown as Command);
    await host.renameFile(temporary, path);
  } catch (error) {
    await host.removeFile(temporary);
    throw error;
  }
}

/** Grows an image that no running guest uses. `size` in bytes. */
export async function resizeImage(host: Host, path: string, format: string, size: number): Promise<void> {
  await host.run(["qemu-img", "resize", "-q", "-f", format, path, String(size)]);
}

/** Whether the tables of an image lead to data that is there: what an interrupted download does not survive. */
export async function problemOfQcow2(host: Host, path: string): Promise<string | undefined> {
  // 3 is "leaked clusters": wasted space, not damage.
  const { exitCode, stdout, stderr } = await host.run(["qemu-img", "check", "-U", "-f", "qcow2", path], {
    exitCodes: [0, 1, 2, 3],
  });
  if (exitCode === 0 || exitCode === 3) return undefined;
  const said = (stderr.trim() || stdout.trim()).split("\n")[0] ?? "";
  return `it is damaged (${said.replace(`qemu-img: ${path}: `, "").replace("qemu-img: ", "")})`;
}

/** Asks QEMU what a file is: the check that an image is one and is whole enough to be opened. */
export async function inspectImage(
  host: Host,
  path: string,
): Promise<{ format: string; virtualSize: number; backing?: string }> {
  const { stdout } = await host.run(["qemu-img", "info", "--output=json", "-U", path]);
  const info = JSON.parse(stdout) as { format: string; "virtual-size": number; "backing-filename"?: string };
  const backing = info["backing-filename"];
  return { format: info.format, virtualSize: info["virtual-size"], ...(backing === undefined ? {} : { backing }) };
}
