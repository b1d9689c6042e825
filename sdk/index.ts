/**
 * pulumi-kvm: guests, disks, cloud-init, networks and bridges on KVM/libvirt hosts as Pulumi resources.
 *
 * @module
 */
export { Bridge, type BridgeArgs, type BridgeReference } from "./bridge.js";
export { Clone, type CloneArgs } from "./clone.js";
export { Domain, type DomainArgs, type DomainDiskArgs, type DomainInterfaceArgs } from "./domain.js";
export { Host, type HostArgs, type HostInput } from "./host.js";
export { Image, type ImageArgs } from "./image.js";
export { KeyPair, type KeyPairArgs } from "./key-pair.js";
export { macAddress } from "./mac-address.js";
export { Network, type NetworkArgs, type NetworkReference } from "./network.js";
export { Seed, type SeedArgs } from "./seed.js";
