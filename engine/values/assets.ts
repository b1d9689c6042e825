import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isMap, type PropertyMap, Secret, SIGNATURE, TAGS, tagOf, type Value } from "./value.js";

/**
 * Adds to each asset the hash of its content, by which the state tells whether it changed.
 * @param directory where relative paths start
 * @throws {Error} for content that is not a text or a file
 */
export async function hashAssets(properties: PropertyMap, directory: string): Promise<PropertyMap> {
  const entries = Object.entries(properties).map(
    async ([key, value]) => [key, await hashIn(value, directory)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function hashIn(value: Value, directory: string): Promise<Value> {
  if (value instanceof Secret) return new Secret(await hashIn(value.value, directory));
  if (Array.isArray(value)) return Promise.all(value.map((part) => hashIn(part, directory)));
  if (!isMap(value)) return value;
  const tag = tagOf(value);
  if (tag === TAGS.asset) return withHash(value, await hashOf(value, directory));
  // The hash of a single packed file is that of its bytes; of a folder it would be that of a tar file like Pulumi's.
  if (tag === TAGS.archive) {
    if (typeof value.path === "string" && /\.(tar|tgz|tar\.gz|zip|jar)$/.test(value.path)) {
      return withHash(value, await hashOf(value, directory));
    }
    throw new Error(
      "Cannot use an archive made of a folder or of assets: the embedded engine supports archive files only",
    );
  }
  return tag === undefined ? hashAssets(value, directory) : value;
}

/** As Pulumi keeps assets: sorted, and without what SDKs add for themselves. */
function withHash(asset: PropertyMap, hash: string): PropertyMap {
  const whole: PropertyMap = { ...asset, hash };
  const fields = [SIGNATURE, "hash", "path", "text", "uri"].flatMap((key) => {
    const value = whole[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(fields);
}

async function hashOf(asset: PropertyMap, directory: string): Promise<string> {
  if (typeof asset.text === "string") return sha256(asset.text);
  if (typeof asset.path === "string") return sha256(await readFile(resolve(directory, asset.path)));
  if (typeof asset.hash === "string") return asset.hash;
  throw new Error(
    `Cannot use a remote asset: the embedded engine supports texts and files only (${SIGNATURE in asset ? String(asset.uri) : ""})`,
  );
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
