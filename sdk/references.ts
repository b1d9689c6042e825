/** How one resource names another. Names and paths come with the incarnation, so that a thing made anew shows as changed. */

/** A file that a disk can stand on. */
export interface BackingReference {
  path: string;
  format: "qcow2" | "raw";
}

/** A disk image with everything beneath it, from the nearest to the deepest. */
export interface DiskReference extends BackingReference {
  backing: BackingReference[];
}

export interface BridgeReference {
  name: string;
  kind: "linux" | "openvswitch";
  incarnation?: string;
}

export interface NetworkReference {
  name: string;
  incarnation?: string;
}

/** A NoCloud image, and the instance-id in it. */
export interface SeedReference {
  path: string;
  /** The guest restarts when it changes; default: the path. */
  instanceId?: string;
}

/** How a host is reached. */
export interface HostConnection {
  kind: "local";
  name: string;
  store: string;
  uri: string;
}

/** What probing a host found. */
export interface HostFacts {
  hostname: string;
  arch: string;
  cpus: number;
  /** MiB. */
  memory: number;
  /** Those that a guest was seen to run with, best first. */
  accelerators: ("kvm" | "tcg")[];
  /** What probing KVM showed, for a person. */
  kvm: string;
  qemu: string;
  libvirt: string;
  openVswitch?: string;
  bridgeKinds: ("linux" | "openvswitch")[];
}
