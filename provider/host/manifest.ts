import { z } from "zod";
import { markSchema } from "../owner.js";
import type { Host } from "./host.js";

/** A file beside another file that says whose it is. */
const manifestSchema = z.looseObject({ mark: markSchema });

export type Manifest = z.infer<typeof manifestSchema>;

/** @returns `undefined` when there is none; a manifest that cannot be read is an error, for it may be somebody's */
export async function readManifest(host: Host, path: string): Promise<Manifest | undefined> {
  return readJson(host, manifestOf(path), manifestSchema);
}

export async function writeManifest(host: Host, path: string, manifest: Manifest): Promise<void> {
  await host.writeFile(manifestOf(path), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o644 });
}

export async function removeManifest(host: Host, path: string): Promise<void> {
  await host.removeFile(manifestOf(path));
}

export async function readJson<T>(host: Host, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const data = await host.readFile(path);
  if (data === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(data.toString("utf8")));
  } catch (error) {
    throw new Error(
      `Cannot read ${path} on host "${host.name}": it is damaged (${error instanceof Error ? error.message : error}), repair or remove it`,
    );
  }
}

function manifestOf(path: string): string {
  return `${path}.json`;
}
