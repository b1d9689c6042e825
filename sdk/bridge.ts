import * as pulumi from "@pulumi/pulumi";
import type { BridgeProperties } from "./args.js";
import { type HostInput, hostInput } from "./host.js";
import type { BridgeReference } from "./references.js";
import { given, KvmResource, outputs } from "./resource.js";

export type BridgeArgs = BridgeProperties & { host?: HostInput };

/** A bridge on a host that guests are plugged into. */
export class Bridge extends KvmResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly kind: pulumi.Output<"linux" | "openvswitch">;
  declare readonly incarnation: pulumi.Output<string>;
  readonly reference: pulumi.Output<BridgeReference>;

  constructor(name: string, { host, ...args }: BridgeArgs = {}, options?: pulumi.CustomResourceOptions) {
    super("Bridge", name, { ...outputs("name", "kind"), ...given(args), ...hostInput(host) }, options);
    this.reference = pulumi
      .all([this.name, this.kind, this.incarnation])
      .apply(([bridge, kind, incarnation]) => ({ name: bridge, kind, incarnation }));
  }

  /** Refers to a bridge that exists and is somebody else's: never modified or deleted. */
  static get(name: pulumi.Input<string>, kind: "linux" | "openvswitch" = "linux"): pulumi.Output<BridgeReference> {
    return pulumi.output(name).apply((bridge) => ({ name: bridge, kind }));
  }
}
