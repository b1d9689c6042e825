import { type Mark, markSchema } from "../owner.js";
import type { Element, XmlNode } from "./xml.js";

/** The namespace of our element in libvirt's `<metadata>`. Permanent: it identifies what is ours. */
const NAMESPACE = "https://pulumi-kvm.dev/libvirt/owner/1";

/** @param instanceId of the seed that cloud-init found, or finds, at the guest's start */
export function metadataElement(mark: Mark, instanceId?: string): Element {
  const instance = instanceId === undefined ? {} : { "@instance-id": instanceId };
  return { "kvm:owner": { "@xmlns:kvm": NAMESPACE, ...prefixed(mark), ...instance } };
}

function prefixed(mark: Mark): Element {
  return Object.fromEntries(Object.entries(mark).map(([name, value]) => [`@${name}`, value]));
}

export function instanceIdOf(root: XmlNode): string | undefined {
  return ownerOf(root)?.attribute("instance-id");
}

export function markOf(root: XmlNode): Mark | undefined {
  const found = ownerOf(root);
  if (found === undefined) return undefined;
  const parsed = markSchema.safeParse({
    urn: found.attribute("urn"),
    realm: found.attribute("realm"),
    incarnation: found.attribute("incarnation"),
    since: found.attribute("since"),
  });
  return parsed.success ? parsed.data : undefined;
}

/** libvirt keeps our prefix, but another tool may have used it for something else: the namespace decides. */
function ownerOf(root: XmlNode): XmlNode | undefined {
  const found = root.child("metadata")?.child("kvm:owner");
  return found?.attribute("xmlns:kvm") === NAMESPACE ? found : undefined;
}
