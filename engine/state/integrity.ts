import { magicOf } from "./checkpoint.js";
import { providerId, providerUrn, type ResourceState } from "./resource.js";

/**
 * Checks what every state must fulfil: readers rely on the order of resources.
 * @throws {Error} naming the first violation; the message begins as Pulumi's does
 */
export function verifyIntegrity(resources: ResourceState[], manifest: { magic: string; version: string }): void {
  if (manifest.magic !== magicOf(manifest.version))
    fail(`the manifest's magic does not match version "${manifest.version}"`);
  const seen = new Set<string>();
  const live = new Set<string>();
  const providers = new Set<string>();
  for (const state of resources) {
    if (!state.custom && state.id !== undefined && state.id !== "") fail(`component "${state.urn}" has an id`);
    verifyProvider(state, providers);
    verifyReferences(state, seen);
    if (!state.delete) {
      if (live.has(state.urn)) fail(`resource "${state.urn}" appears more than once`);
      live.add(state.urn);
    }
    if (state.type.startsWith("pulumi:providers:")) providers.add(`${state.urn}::${state.id ?? ""}`);
    seen.add(state.urn);
  }
}

function verifyProvider({ urn, provider, pendingReplacement }: ResourceState, providers: Set<string>): void {
  if (provider === undefined || pendingReplacement || providers.has(provider)) return;
  fail(
    `resource "${urn}" names provider "${providerUrn(provider)}" with id "${providerId(provider)}", which no earlier resource is`,
  );
}

function verifyReferences(state: ResourceState, seen: Set<string>): void {
  const mentioned: [string, string[]][] = [
    ["parent", state.parent === undefined ? [] : [state.parent]],
    ["dependency", state.dependencies],
    ["property dependency", Object.values(state.propertyDependencies).flat()],
    ["deletedWith", state.deletedWith === undefined ? [] : [state.deletedWith]],
  ];
  for (const [role, urns] of mentioned) {
    const missing = urns.find((urn) => !seen.has(urn));
    if (missing !== undefined) fail(`resource "${state.urn}" has ${role} "${missing}", which no earlier resource is`);
  }
}

function fail(what: string): never {
  throw new Error(
    `snapshot integrity error: ${what}; restore a backup, or repair the state with \`pulumi state repair\``,
  );
}
