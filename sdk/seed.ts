import * as pulumi from "@pulumi/pulumi";
import type { SeedProperties } from "./args.js";
import { type HostInput, hostInput } from "./host.js";
import type { SeedReference } from "./references.js";
import { given, KvmResource, outputs } from "./resource.js";

export type SeedArgs = SeedProperties & { host?: HostInput };

/** A NoCloud seed. `userData` is a secret. */
export class Seed extends KvmResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly path: pulumi.Output<string>;
  declare readonly instanceId: pulumi.Output<string>;
  /** What a domain's `seed` is told. */
  readonly reference: pulumi.Output<SeedReference>;
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, { host, userData, ...args }: SeedArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "Seed",
      name,
      {
        ...outputs("name", "path", "instanceId", "digest"),
        ...given(args),
        ...(userData === undefined ? {} : { userData: pulumi.secret(userData) }),
        ...hostInput(host),
      },
      options,
    );
    this.reference = pulumi.all([this.path, this.instanceId]).apply(([path, instanceId]) => ({ path, instanceId }));
  }
}
