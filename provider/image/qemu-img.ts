import type { Host } from "../host/host.js";

/** Makes an overlay. `size` in bytes; without it the overlay is as large as what it stands on. */
export async function createOverlay(
  host: Host,
  overlay: { path: string; backing: { path: string; format: string }; size: number | undefined },
): Promise<void> {
  const { path, backing, size } = overlay;
  await host.run([
    "qemu-img",
    "create",
    "-q",
    ...["-f", "qcow2", "-b", backing.path, "-F", backing.format, path],
    ...(size === undefined ? [] : [String(size)]),
  ]);
}

/** Grows an image that no running guest uses. `size` in bytes. */
export async function resizeImage(host: Host, path: string, format: string, size: number): Promise<void> {
  await host.run(["qemu-img", "resize", "-q", "-f", format, path, String(size)]);
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
