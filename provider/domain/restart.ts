import { isDeepStrictEqual } from "node:util";
import type { DomainDefinition, DomainDisk } from "../libvirt/domain.js";
import type { ObservedDomain } from "../libvirt/domains.js";
import { isCovered } from "../libvirt/override.js";
import type { DomainArgs } from "../resources/domain.js";

/** Whether what runs differs from the definition in something that only a restart changes. */
export function needsRestart(
  found: ObservedDomain,
  wanted: DomainDefinition,
  { xml: override, accelerator }: Pick<DomainArgs, "xml" | "accelerator">,
): boolean {
  const { live } = found;
  if (live === undefined) return false;
  if (override !== undefined) return !isCovered(override, found.storedXml);
  return (
    live.vcpus !== wanted.vcpus ||
    live.memory !== wanted.memory ||
    live.machine !== wanted.machine ||
    // What `auto` means may change with the host; that alone is taken up at the guest's next start.
    (accelerator !== "auto" && live.accelerator !== wanted.accelerator) ||
    // Another image for the same instance is for the guest's next start.
    live.seed?.instanceId !== wanted.seed?.instanceId ||
    live.disks[0]?.name !== wanted.disks[0]?.name ||
    !isDeepStrictEqual(byName(live.disks), byName(wanted.disks))
  );
}

/** libvirt keeps disks in an order of its own. */
function byName(disks: readonly DomainDisk[]) {
  return new Map(disks.map((disk) => [disk.name, essence(disk)]));
}

export function essence({ source, bus, readonly }: DomainDisk) {
  return { path: source.path, format: source.format, bus, readonly };
}
