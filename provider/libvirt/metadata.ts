import { type Mark, markSchema } from "../owner.js";
import type { Element, XmlNode } from "./xml.js";

/** The namespace of our element in libvirt's `<metadata>`. Permanent: it identifies what is ours. */
const NAMESPACE = "https://pulumi-kvm.dev/libvirt/owner/1";

export function metadataElement(mark: Mark): Element {
  return { "kvm:owner": { "@xmlns:kvm": NAMESPACE, ...prefixed(mark) } };
}

function prefixed(mark: Mark): Element {
  return Object.fromEntries(Object.entries(mark).map(([name, value]) => [`@${name}`, value]));
}

/** libvirt keeps our prefix, but another tool may have renamed it: the namespace decides. */
export function markOf(root: XmlNode): Mark | undefined {
  const found = root.child("metadata")?.child("kvm:owner");
  if (found?.attribute("xmlns:kvm") !== NAMESPACE) return undefined;
  const parsed = markSchema.safeParse({
    urn: found.attribute("urn"),
    realm: found.attribute("realm"),
    incarnation: found.attribute("incarnation"),
    since: found.attribute("since"),
  });
  return parsed.success ? parsed.data : undefined;
}
