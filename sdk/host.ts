import * as pulumi from "@pulumi/pulumi";
import type { HostProperties } from "./args.js";
import type { HostConnection, HostFacts } from "./references.js";
import { KvmResource, outputs } from "./resource.js";

export type HostArgs = HostProperties;

/** What a `host` argument takes. */
export type HostInput = Host | NonNullable<HostProperties["connection"]>;

/**
 * A reachable hypervisor. Without arguments: the machine that runs the program.
 *
 * ```typescript
 * const host = new kvm.Host("local");
 * export const cpus = host.facts.apply((facts) => facts.cpus);
 * ```
 */
export class Host extends KvmResource {
  declare readonly connection: pulumi.Output<HostConnection>;
  declare readonly hostId: pulumi.Output<string>;
  declare readonly facts: pulumi.Output<HostFacts>;

  constructor(name: string, args: HostArgs = {}, options?: pulumi.CustomResourceOptions) {
    super("Host", name, { ...outputs("hostId", "facts"), connection: pulumi.output(args.connection ?? {}) }, options);
  }
}

/** The connection behind a `host` argument, for the resource's inputs. */
export function hostInput(host: HostInput | undefined): pulumi.Inputs {
  if (host === undefined) return {};
  return { host: host instanceof Host ? host.connection : host };
}
