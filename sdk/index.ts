/**
 * pulumi-kvm: guests, disks, cloud-init, networks and bridges on KVM/libvirt hosts as Pulumi resources.
 *
 * @module
 */
export { Bridge, type BridgeArgs } from "./bridge.js";
export { Clone, type CloneArgs } from "./clone.js";
export { Domain, type DomainArgs, type DomainDiskArgs, type DomainInterfaceArgs } from "./domain.js";
export { Host, type HostArgs, type HostInput } from "./host.js";
export { Image, type ImageArgs } from "./image.js";
export { KeyPair, type KeyPairArgs } from "./key-pair.js";
export { macAddress } from "./mac-address.js";
export { Network, type NetworkArgs } from "./network.js";
export type {
  BackingReference,
  BridgeReference,
  DiskReference,
  HostConnection,
  HostFacts,
  NetworkReference,
  SeedReference,
} from "./references.js";
export { Seed, type SeedArgs } from "./seed.js";
