import { createPassphrase, findPassphrase } from "../passphrase.js";
import { type Crypter, createCrypter, openCrypter } from "../secrets.js";

export interface StackSecrets {
  /** For the configuration and for writing. */
  crypter: Crypter;
  /** For what the state holds now; another one when the salt in `Pulumi.<stack>.yaml` was replaced. */
  stateCrypter: Crypter;
  notice?: string;
}

/**
 * Opens a stack's secrets. The salt of `Pulumi.<stack>.yaml` counts more than the state's, as for Pulumi.
 * @param options.create whether a new stack gets a salt, and a passphrase if there is none
 * @throws {Error} when there are secrets and no passphrase, or the wrong one
 */
export async function openStackSecrets(options: {
  stack: string;
  backendRoot: string;
  env: NodeJS.ProcessEnv;
  fileSalt: string | undefined;
  stateSalt: string | undefined;
  create: boolean;
}): Promise<StackSecrets> {
  const { stack, backendRoot, env, fileSalt, stateSalt, create } = options;
  const found = await findPassphrase(backendRoot, env);
  const salt = fileSalt ?? stateSalt;
  if (salt === undefined) {
    if (!create) return { crypter: NO_SECRETS, stateCrypter: NO_SECRETS };
    const passphrase = found ?? (await createPassphrase(backendRoot));
    const crypter = await createCrypter(passphrase.text);
    return {
      crypter,
      stateCrypter: crypter,
      ...(passphrase.notice === undefined ? {} : { notice: passphrase.notice }),
    };
  }
  if (found === undefined) {
    throw new Error(
      `Cannot open the secrets of stack "${stack}": its passphrase is missing; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`,
    );
  }
  const crypter = await openCrypter(found.text, salt);
  const sameSalt = stateSalt === undefined || stateSalt === salt;
  return { crypter, stateCrypter: sameSalt ? crypter : await openCrypter(found.text, stateSalt) };
}

/** For reading what has no secrets. */
export const NO_SECRETS: Crypter = {
  salt: "",
  encrypt: () => refuse(),
  decrypt: () => refuse(),
};

function refuse(): never {
  throw new Error("snapshot contains encrypted secrets but no secrets manager could be found");
}
