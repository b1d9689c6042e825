import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** Encrypts and decrypts a stack's secrets. `salt` is what the state and `Pulumi.<stack>.yaml` hold to check a passphrase. */
export interface Crypter {
  salt: string;
  encrypt(plaintext: string): string;
  /** @throws {Error} when the ciphertext was made with another key or is damaged */
  decrypt(ciphertext: string): string;
}

/** A crypter for a new stack. */
export async function createCrypter(passphrase: string): Promise<Crypter> {
  const salt = randomBytes(8);
  const key = await deriveKey(passphrase, salt);
  const check = encryptWith(key, CHECK_TEXT);
  return crypterOf(key, `v1:${salt.toString("base64")}:${check}`);
}

/**
 * A crypter for a stack that has a salt already.
 * @throws {Error} `incorrect passphrase`
 */
export async function openCrypter(passphrase: string, salt: string): Promise<Crypter> {
  const [version, encodedSalt, ...check] = salt.split(":");
  if (version !== "v1" || encodedSalt === undefined || check.length === 0) {
    throw new Error("Cannot read the stack's encryption salt: it must have the form v1:<salt>:<check>");
  }
  const key = await deriveKey(passphrase, Buffer.from(encodedSalt, "base64"));
  try {
    if (decryptWith(key, check.join(":")) === CHECK_TEXT) return crypterOf(key, salt);
  } catch {
    // Not our key: the message below says so.
  }
  throw new Error(
    "getting stack configuration: get stack secrets manager: incorrect passphrase; check PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE or .pulumi/passphrase",
  );
}

/** What a salt's check decrypts to under the right key. */
const CHECK_TEXT = "pulumi";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A derivation costs about 0.2 s of a core, and one process often opens the same stack several times. */
const derived = new Map<string, Promise<Buffer>>();

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString("base64")}:${passphrase}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  const key = promisify(pbkdf2)(passphrase, salt, 1_000_000, 32, "sha256");
  derived.set(name, key);
  return key;
}

function crypterOf(key: Buffer, salt: string): Crypter {
  return {
    salt,
    encrypt: (plaintext) => encryptWith(key, plaintext),
    decrypt: (ciphertext) => decryptWith(key, ciphertext),
  };
}

function encryptWith(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${data.toString("base64")}`;
}

function decryptWith(key: Buffer, ciphertext: string): string {
  const [version, nonce, data] = ciphertext.split(":");
  if (version !== "v1" || nonce === undefined || data === undefined) {
    throw new Error("Cannot decrypt a secret: its ciphertext must have the form v1:<nonce>:<data>");
  }
  const bytes = Buffer.from(data, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)), decipher.final()]);
  return text.toString("utf8");
}
