import * as pulumi from "@pulumi/pulumi";
import type { CloneProperties } from "./args.js";
import { type HostInput, hostInput } from "./host.js";
import { Image } from "./image.js";
import type { DiskReference } from "./references.js";
import { given, KvmResource, outputs } from "./resource.js";

export type CloneArgs = CloneProperties & {
  host?: HostInput;
  /** What the disk stands on. */
  image: Image | Clone | pulumi.Input<DiskReference>;
};

/** A guest's disk: an overlay linked to a base image. */
export class Clone extends KvmResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly path: pulumi.Output<string>;
  declare readonly image: pulumi.Output<DiskReference>;
  /** Bytes that the guest sees. */
  declare readonly virtualSize: pulumi.Output<number>;
  /** What a domain's disk takes as `source`. */
  readonly reference: pulumi.Output<DiskReference>;

  constructor(name: string, { host, image, ...args }: CloneArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "Clone",
      name,
      {
        ...outputs("name", "path", "format", "virtualSize"),
        ...given(args),
        image: image instanceof Image || image instanceof Clone ? image.reference : image,
        ...hostInput(host),
      },
      options,
    );
    this.reference = pulumi.all([this.path, this.image]).apply(([path, { path: base, format, backing }]) => ({
      path,
      format: "qcow2" as const,
      backing: [{ path: base, format }, ...backing],
    }));
  }
}
