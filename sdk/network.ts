import * as pulumi from "@pulumi/pulumi";
import type { NetworkProperties } from "./args.js";
import { type HostInput, hostInput } from "./host.js";
import type { NetworkReference } from "./references.js";
import { given, KvmResource, outputs } from "./resource.js";

export type NetworkArgs = NetworkProperties & { host?: HostInput };

/** A network of libvirt, with DHCP and DNS for its guests. */
export class Network extends KvmResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly subnet: pulumi.Output<string>;
  declare readonly bridge: pulumi.Output<string>;
  /** The host's address on the network. */
  declare readonly gateway: pulumi.Output<string>;
  declare readonly incarnation: pulumi.Output<string>;
  readonly reference: pulumi.Output<NetworkReference>;

  constructor(name: string, { host, ...args }: NetworkArgs = {}, options?: pulumi.CustomResourceOptions) {
    const props = { ...outputs("name", "subnet", "bridge", "gateway", "uuid"), ...given(args), ...hostInput(host) };
    super("Network", name, props, options);
    this.reference = pulumi
      .all([this.name, this.incarnation])
      .apply(([network, incarnation]) => ({ name: network, incarnation }));
  }

  /** Refers to a network that exists and is somebody else's: never modified or deleted. */
  static get(name: pulumi.Input<string>): pulumi.Output<NetworkReference> {
    return pulumi.output(name).apply((network) => ({ name: network }));
  }
}
