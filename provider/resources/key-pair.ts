import { createHash } from "node:crypto";
import ssh2 from "ssh2";
import { z } from "zod";
import type { ResourceDefinition } from "../definition.js";
import { replace } from "../schema.js";
import { ownedArgs } from "./common.js";

export const keyPairArgs = z.strictObject({
  ...ownedArgs,
  comment: replace(
    z
      .string()
      .regex(/^[^\n\r]*$/, "must be one line")
      .default(""),
  ).describe("Comment of the public key"),
});

export type KeyPairArgs = z.infer<typeof keyPairArgs>;

export interface KeyPairState extends KeyPairArgs {
  /** OpenSSH format, without a passphrase. Secret. */
  privateKey: string;
  /** One line as in `authorized_keys`. */
  publicKey: string;
  /** `SHA256:…`, as ssh-keygen prints it. */
  fingerprint: string;
}

/** An ed25519 key for logging in to guests. It lives in the state only, where its private half is encrypted. */
export const keyPair = {
  type: "KeyPair",
  args: keyPairArgs,
  deleteBeforeReplace: false,
  id: (state) => state.fingerprint,
  async reconcile({ args, state }) {
    return state === undefined ? { ...args, ...generate(args.comment) } : { ...state, ...args };
  },
  read: async ({ state }) => state,
  async delete() {},
} satisfies ResourceDefinition<KeyPairArgs, KeyPairState>;

function generate(comment: string): Pick<KeyPairState, "privateKey" | "publicKey" | "fingerprint"> {
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519", { comment });
  const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  const fingerprint = `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
  return { privateKey, publicKey: publicKey.trim(), fingerprint };
}
