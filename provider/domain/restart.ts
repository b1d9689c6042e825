import { isDeepStrictEqual } from "node:util";
import type { DomainDefinition, DomainDisk } from "../libvirt/domain.js";
import type { ObservedDomain } from "../libvirt/domains.js";
import { isCovered } from "../libvirt/override.js";

/** Whether what runs differs from the definition in something that only a restart changes. */
export function needsRestart(found: ObservedDomain, wanted: DomainDefinition, override: string | undefined): boolean {
  const { live } = found;
  if (live === undefined) return false;
  if (override !== undefined) return !isCovered(override, found.storedXml);
  return (
    live.vcpus !== wanted.vcpus ||
    live.memory !== wanted.memory ||
    live.machine !== wanted.machine ||
    live.accelerator !== wanted.accelerator ||
    live.seed !== wanted.seed ||
    !isDeepStrictEqual(live.disks.map(essence), wanted.disks.map(essence))
  );
}

function essence({ name, source, bus, readonly }: DomainDisk) {
  return { name, path: source.path, format: source.format, bus, readonly };
}
