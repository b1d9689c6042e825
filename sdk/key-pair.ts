import type * as pulumi from "@pulumi/pulumi";
import type { KeyPairProperties } from "./args.js";
import { given, KvmResource, outputs, withSecretOutputs } from "./resource.js";

export type KeyPairArgs = KeyPairProperties;

/** An ed25519 key for logging in to guests. Its private half is a secret. */
export class KeyPair extends KvmResource {
  declare readonly publicKey: pulumi.Output<string>;
  /** OpenSSH format. Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: KeyPairArgs = {}, options?: pulumi.CustomResourceOptions) {
    const props = { ...outputs("publicKey", "privateKey", "fingerprint"), ...given(args) };
    super("KeyPair", name, props, withSecretOutputs(options, ["privateKey"]));
  }
}
