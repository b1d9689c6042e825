import { createHash } from "node:crypto";
import { stringify as stringifyYaml } from "yaml";

/** A cloud-init document: text as it is, or an object that becomes YAML. */
export type Document = string | Record<string, unknown>;

export interface SeedContent {
  hostname: string | undefined;
  sshAuthorizedKeys: string[];
  interfaces: SeedInterface[];
  userData: Document | undefined;
  metaData: Record<string, unknown> | undefined;
  networkConfig: Document | undefined;
  vendorData: Document | undefined;
}

export interface SeedInterface {
  /** The guest's name for the device is kept; this only keys the entry. */
  name: string;
  mac: string;
  /** With prefix length: `10.0.0.10/24`. */
  addresses: string[];
  dhcp4: boolean;
  gateway?: string | undefined;
  nameservers: string[];
  mtu?: number | undefined;
}

/**
 * The files of a NoCloud seed. The instance-id is the digest of everything else, so that a guest whose seed changed runs
 * cloud-init anew. Source: cloud-init's documentation of the NoCloud datasource, "Networking config version 2".
 */
export function seedFiles(content: SeedContent): { instanceId: string; files: Record<string, Buffer> } {
  const files: Record<string, string> = { "user-data": userData(content) };
  const network = networkConfig(content);
  if (network !== undefined) files["network-config"] = network;
  if (content.vendorData !== undefined) files["vendor-data"] = document(content.vendorData, "#cloud-config\n");
  const metaData = {
    ...(content.hostname === undefined ? {} : { "local-hostname": content.hostname }),
    ...content.metaData,
  };
  const digest = createHash("sha256")
    .update(JSON.stringify([files, metaData]))
    .digest("hex");
  const instanceId = String(content.metaData?.["instance-id"] ?? `i-${digest.slice(0, 16)}`);
  files["meta-data"] = stringify({ "instance-id": instanceId, ...metaData });
  return {
    instanceId,
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
  };
}

/** Text is taken as it is: hostname and keys then travel in the meta-data alone. */
function userData({ userData: given, hostname, sshAuthorizedKeys }: SeedContent): string {
  if (typeof given === "string") return given;
  const own = {
    ...(hostname === undefined ? {} : { hostname, preserve_hostname: false }),
    ...(sshAuthorizedKeys.length === 0 ? {} : { disable_root: false, ssh_authorized_keys: sshAuthorizedKeys }),
  };
  return document({ ...own, ...given }, "#cloud-config\n");
}

function networkConfig({ networkConfig: given, interfaces }: SeedContent): string | undefined {
  if (given !== undefined) return document(given, "");
  if (interfaces.length === 0) return undefined;
  return stringify({
    version: 2,
    ethernets: Object.fromEntries(interfaces.map((nic) => [nic.name, ethernet(nic)])),
  });
}

function ethernet(nic: SeedInterface): Record<string, unknown> {
  return {
    match: { macaddress: nic.mac },
    dhcp4: nic.dhcp4,
    // Guests cloned from one image share a machine-id; without this they would get the same lease.
    ...(nic.dhcp4 ? { "dhcp-identifier": "mac" } : {}),
    ...(nic.addresses.length === 0 ? {} : { addresses: nic.addresses }),
    ...(nic.gateway === undefined
      ? {}
      : { routes: [{ to: nic.gateway.includes(":") ? "::/0" : "0.0.0.0/0", via: nic.gateway }] }),
    ...(nic.nameservers.length === 0 ? {} : { nameservers: { addresses: nic.nameservers } }),
    ...(nic.mtu === undefined ? {} : { mtu: nic.mtu }),
  };
}

function document(given: Document, header: string): string {
  return typeof given === "string" ? given : `${header}${stringify(given)}`;
}

/** Long lines stay whole: small cloud-init implementations do not know folded text. */
function stringify(value: unknown): string {
  return stringifyYaml(value, { lineWidth: 0 });
}
