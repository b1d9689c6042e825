import { isMap, type PropertyMap, Secret, SIGNATURE, TAGS, tagOf, type Value } from "./value.js";

/** Writes properties as the state file holds them: secrets as ciphertext, numbers that JSON does not have as tagged objects. */
export function encodeProperties(properties: PropertyMap, encrypt: (plaintext: string) => string): PropertyMap {
  return encode(properties, encrypt) as PropertyMap;
}

/**
 * The inverse of `encodeProperties`.
 * @throws {Error} when a ciphertext does not belong to the stack's passphrase
 */
export function decodeProperties(properties: PropertyMap, decrypt: (ciphertext: string) => string): PropertyMap {
  return Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, decode(part, decrypt)]));
}

function encode(value: Value, encrypt: (plaintext: string) => string): Value {
  if (value instanceof Secret) {
    return { [SIGNATURE]: TAGS.secret, ciphertext: encrypt(JSON.stringify(encode(value.value, encrypt))) };
  }
  if (typeof value === "number" && !Number.isFinite(value)) return { [SIGNATURE]: TAGS.float, value: floatBits(value) };
  if (Array.isArray(value)) return value.map((part) => encode(part, encrypt));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, encode(part, encrypt)]));
}

function decode(value: Value, decrypt: (ciphertext: string) => string): Value {
  if (Array.isArray(value)) return value.map((part) => decode(part, decrypt));
  if (!isMap(value)) return value;
  switch (tagOf(value)) {
    case TAGS.secret:
      return new Secret(decode(JSON.parse(secretText(value, decrypt)) as Value, decrypt));
    case TAGS.float:
      return bitsToFloat(String(value.value));
    default:
      return decodeProperties(value, decrypt);
  }
}

function secretText(value: PropertyMap, decrypt: (ciphertext: string) => string): string {
  if (typeof value.ciphertext === "string") return decrypt(value.ciphertext);
  if (typeof value.plaintext === "string") return value.plaintext;
  throw new Error("Cannot read a secret of the state: it has neither ciphertext nor plaintext");
}

/** 16 hexadecimal digits of the IEEE 754 double. */
function floatBits(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

function bitsToFloat(bits: string): number {
  return Buffer.from(bits.padStart(16, "0"), "hex").readDoubleBE();
}
