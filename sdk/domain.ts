import * as pulumi from "@pulumi/pulumi";
import type { DomainProperties } from "./args.js";
import { Bridge } from "./bridge.js";
import { Clone } from "./clone.js";
import { type HostInput, hostInput } from "./host.js";
import { Network } from "./network.js";
import type { BridgeReference, DiskReference, NetworkReference, SeedReference } from "./references.js";
import { given, KvmResource, outputs, withSecretOutputs } from "./resource.js";
import { Seed } from "./seed.js";

export interface DomainDiskArgs {
  /** Tells the disks of a domain apart. */
  name: string;
  source: Clone | pulumi.Input<DiskReference>;
  bus?: pulumi.Input<"virtio" | "scsi" | "sata" | "ide">;
  readonly?: pulumi.Input<boolean>;
}

export interface DomainInterfaceArgs {
  /** Tells the interfaces of a domain apart. */
  name: string;
  bridge?: Bridge | pulumi.Input<BridgeReference>;
  network?: Network | pulumi.Input<NetworkReference>;
  /** Default: derived from project, stack, domain and interface name; see `macAddress`. */
  mac?: pulumi.Input<string>;
  model?: pulumi.Input<string>;
  /** The address that the seed gives the guest (without prefix length), for finding it. */
  address?: pulumi.Input<string>;
}

export type DomainArgs = DomainProperties & {
  host?: HostInput;
  disks?: DomainDiskArgs[];
  interfaces?: DomainInterfaceArgs[];
  seed?: Seed | pulumi.Input<SeedReference>;
};

/**
 * A guest.
 *
 * ```typescript
 * const web = new kvm.Domain("web", {
 *   vcpus: 2,
 *   memory: 1024,
 *   disks: [{ name: "root", source: new kvm.Clone("web", { image }) }],
 *   interfaces: [{ name: "eth0", network: lab }],
 *   waitFor: { until: "address" },
 * });
 * ```
 */
export class Domain extends KvmResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly uuid: pulumi.Output<string>;
  declare readonly vcpus: pulumi.Output<number>;
  declare readonly memory: pulumi.Output<number>;
  declare readonly running: pulumi.Output<boolean>;
  declare readonly powerState: pulumi.Output<string>;
  /** Addresses by interface name. */
  declare readonly addresses: pulumi.Output<Record<string, string[]>>;
  /** The first address; absent until the guest has one. */
  declare readonly address: pulumi.Output<string | undefined>;
  /** For `@pulumi/command`'s `connection`. Secret. Present with `login` and an address. */
  declare readonly connection: pulumi.Output<{ host: string; user: string; privateKey: string }>;
  declare readonly hostKey: pulumi.Output<string | undefined>;
  declare readonly console: pulumi.Output<string>;

  constructor(name: string, args: DomainArgs, options?: pulumi.CustomResourceOptions) {
    const { host, disks, interfaces, seed, login, ...rest } = args;
    super(
      "Domain",
      name,
      {
        ...outputs("name", "uuid", "vcpus", "memory", "running", "powerState", "addresses", "address"),
        ...outputs("connection", "hostKey", "console", "ready"),
        ...given(rest),
        ...(disks === undefined ? {} : { disks: disks.map(diskInput) }),
        ...(interfaces === undefined ? {} : { interfaces: interfaces.map(interfaceInput) }),
        ...(seed === undefined ? {} : { seed: seed instanceof Seed ? seed.reference : seed }),
        ...(login === undefined ? {} : { login: pulumi.secret(login) }),
        ...hostInput(host),
      },
      withSecretOutputs(options, ["connection", "login"]),
    );
  }
}

function diskInput({ source, ...disk }: DomainDiskArgs): pulumi.Inputs {
  return given({ ...disk, source: source instanceof Clone ? source.reference : source });
}

function interfaceInput({ bridge, network, ...nic }: DomainInterfaceArgs): pulumi.Inputs {
  return given({
    ...nic,
    bridge: bridge instanceof Bridge ? bridge.reference : bridge,
    network: network instanceof Network ? network.reference : network,
  });
}
