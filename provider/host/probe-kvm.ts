import { CommandError } from "./command-error.js";
import type { Host } from "./host.js";

export interface KvmProbe {
  works: boolean;
  /** For a person. */
  seen: string;
}

/** Seconds. A working KVM needs a fraction of one to get from power-on to the boot sector. */
const PROBE_LIMIT = 5;

/**
 * A boot sector: `mov dx, 0x501; mov al, 0x10; out dx, al; hlt; jmp $-1`. The write makes QEMU's debug device end the
 * process with exit code 2 * 0x10 + 1.
 */
const BOOT_SECTOR = Buffer.concat([
  Buffer.from([0xba, 0x01, 0x05, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfd]),
  Buffer.alloc(510 - 9),
  Buffer.from([0x55, 0xaa]),
]);
const PROBE_EXIT = 2 * 0x10 + 1;

/** KVM that makes the same guest slower than emulation by this factor is not worth having: ordinary guests hang on it. */
const SLOWEST_RATIO = 4;

/**
 * Runs a guest with KVM for a moment, and the same with emulation. That the device exists, and even that a guest starts with
 * it, proves nothing: nested and containerised machines have a /dev/kvm whose every exit takes so long that guests hang.
 */
export async function probeKvm(host: Host, signal: AbortSignal): Promise<KvmProbe> {
  if ((await host.stat("/dev/kvm")) === undefined) return { works: false, seen: "there is no /dev/kvm" };
  const disk = `${host.paths.work}/probe-kvm-${process.pid}.img`;
  await host.writeFile(disk, BOOT_SECTOR, { mode: 0o600 });
  try {
    const kvm = await timeGuest(host, "kvm", disk, signal);
    const tcg = await timeGuest(host, "tcg", disk, signal);
    const seen = `a guest took ${kvm.toFixed(1)} s with it and ${tcg.toFixed(1)} s without`;
    return { works: kvm < Math.max(tcg, 0.1) * SLOWEST_RATIO, seen };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    signal.throwIfAborted();
    const timedOut = error.message.startsWith("Timed out");
    return { works: false, seen: timedOut ? `a guest hung for ${PROBE_LIMIT} s` : lastLine(error.stderr) };
  } finally {
    await host.removeFile(disk);
  }
}

/** Seconds from starting QEMU to the boot sector's answer. */
async function timeGuest(host: Host, accelerator: string, disk: string, signal: AbortSignal): Promise<number> {
  const begin = performance.now();
  await host.run(
    [
      "qemu-system-x86_64",
      ...["-machine", `pc,accel=${accelerator}`, "-m", "16", "-nodefaults", "-display", "none", "-no-reboot"],
      ...["-device", "isa-debug-exit,iobase=0x501,iosize=1"],
      ...["-drive", `file=${disk},format=raw,if=ide`],
    ],
    { timeout: PROBE_LIMIT, exitCodes: [PROBE_EXIT], signal },
  );
  return (performance.now() - begin) / 1000;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) || "QEMU ended at once";
}
