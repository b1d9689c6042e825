import { isDeepStrictEqual } from "node:util";
import { XMLBuilder, XMLParser } from "fast-xml-parser";
import type { Mark } from "../owner.js";
import { metadataElement } from "./metadata.js";
import { parseXml, type XmlNode } from "./xml.js";

const ordered = {
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  preserveOrder: true,
  parseTagValue: false,
} as const;
const parser = new XMLParser(ordered);
const builder = new XMLBuilder({ ...ordered, format: true, suppressEmptyNode: true });

type OrderedNode = Record<string, unknown> & { ":@"?: Record<string, string> };

/** What is wrong with a document that shall stand for a whole domain; `undefined` when nothing is. */
export function problemOfOverride(xml: string): string | undefined {
  if (/<!DOCTYPE/i.test(xml)) return "must not have a document type: it could expand without end";
  try {
    parseXml(xml, "domain");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The user's document with our name, uuid and owner in it. */
export function overrideXml(xml: string, identity: { name: string; uuid: string; mark: Mark }): string {
  const document = parser.parse(xml) as OrderedNode[];
  const root = document.find((node) => "domain" in node);
  if (root === undefined) throw new SyntaxError("Cannot use xml: there is no <domain> element");
  const members = root.domain as OrderedNode[];
  const metadata = (members.find((node) => "metadata" in node)?.metadata as OrderedNode[] | undefined) ?? [];
  root.domain = [
    { name: [{ "#text": identity.name }] },
    { uuid: [{ "#text": identity.uuid }] },
    { metadata: [...metadata.filter((node) => !("kvm:owner" in node)), ownerNode(identity.mark)] },
    ...members.filter((node) => !("name" in node || "uuid" in node || "metadata" in node)),
  ];
  return builder.build(document);
}

function ownerNode(mark: Mark): OrderedNode {
  return { "kvm:owner": [], ":@": metadataElement(mark)["kvm:owner"] as Record<string, string> };
}

/**
 * Whether everything that the user wrote is found in what libvirt has. libvirt adds much (addresses, controllers, defaults);
 * that is no drift. Names, uuid and metadata are ours.
 */
export function isCovered(declared: string, observed: string): boolean {
  const ours = new Set(["name", "uuid", "metadata"]);
  return covers(parseXml(observed, "domain"), parseXml(declared, "domain"), ours);
}

function covers(observed: XmlNode, declared: XmlNode, skipped: ReadonlySet<string>): boolean {
  for (const [name, value] of declared.attributes()) {
    if (name !== "unit" && observed.attribute(name) !== value) return false;
  }
  if (!isDeepStrictEqual(quantity(declared), quantity(observed)) && declared.text().trim() !== "") return false;
  return declared
    .memberNames()
    .filter((name) => !skipped.has(name))
    .every((name) =>
      declared
        .children(name)
        .every((member) => observed.children(name).some((candidate) => covers(candidate, member, new Set()))),
    );
}

/** Text, or bytes where the element has a unit: libvirt stores `1 GiB` as `1048576 KiB`. */
function quantity(node: XmlNode): string | number {
  const factor = { b: 1, bytes: 1, KB: 1e3, KiB: 1024, MB: 1e6, MiB: 1024 ** 2, GB: 1e9, GiB: 1024 ** 3 } as Record<
    string,
    number
  >;
  const unit = node.attribute("unit");
  const text = node.text().trim();
  return unit !== undefined && factor[unit] !== undefined ? Number(text) * factor[unit] : text;
}
