import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ImageProperties } from "./args.js";
import { type HostInput, hostInput } from "./host.js";
import type { DiskReference } from "./references.js";
import { given, KvmResource, outputs } from "./resource.js";

export type ImageArgs = ImageProperties & { host?: HostInput };

/**
 * A base image in the host's store: fetched once, verified, never modified.
 *
 * ```typescript
 * const image = new kvm.Image("debian", {
 *   source: "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2",
 *   checksum: "sha512:…",
 * });
 * ```
 */
export class Image extends KvmResource {
  declare readonly path: pulumi.Output<string>;
  /** SHA-256 of the stored file, hex. */
  declare readonly digest: pulumi.Output<string>;
  declare readonly format: pulumi.Output<"qcow2" | "raw">;
  /** Bytes that a guest sees. */
  declare readonly virtualSize: pulumi.Output<number>;
  /** What `Clone` stands on. */
  readonly reference: pulumi.Output<DiskReference>;

  /** @param args a relative path as `source` is taken from the program's folder */
  constructor(name: string, { host, ...args }: ImageArgs, options?: pulumi.CustomResourceOptions) {
    const source = pulumi.output(args.source).apply((text) => (/^https?:/i.test(text) ? text : resolve(text)));
    super(
      "Image",
      name,
      { ...outputs("path", "digest", "format", "virtualSize"), ...given(args), source, ...hostInput(host) },
      options,
    );
    this.reference = pulumi
      .all([this.path, this.format])
      .apply(([path, format]) => ({ path, format, backing: [] as DiskReference["backing"] }));
  }
}
