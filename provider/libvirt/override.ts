import { isDeepStrictEqual } from "node:util";
import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
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
  const wellFormed = XMLValidator.validate(xml);
  if (wellFormed !== true) return `must be well-formed XML: ${wellFormed.err.msg} (line ${wellFormed.err.line})`;
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
    if (name !== "unit" && !isSameValue(name, value, observed.attribute(name))) return false;
  }
  if (declared.text().trim() !== "" && !isDeepStrictEqual(...quantities(declared, observed))) return false;
  return declared
    .memberNames()
    .filter((name) => !skipped.has(name))
    .every((name) => allCovered(declared.children(name), observed.children(name)));
}

/** Each member needs one of its own: of two equal interfaces, one may be missing. */
function allCovered(declared: XmlNode[], observed: XmlNode[]): boolean {
  const [first, ...rest] = declared;
  if (first === undefined) return true;
  return observed.some(
    (candidate) =>
      covers(candidate, first, new Set()) &&
      allCovered(
        rest,
        observed.filter((other) => other !== candidate),
      ),
  );
}

/** libvirt writes numbers and MAC addresses in one way, and the machine with its version. */
function isSameValue(name: string, declared: string, observed: string | undefined): boolean {
  if (observed === undefined) return false;
  if (declared.toLowerCase() === observed.toLowerCase()) return true;
  if (name === "machine") return observed.startsWith(`pc-${declared === "pc" ? "i440fx" : declared}-`);
  return /^(0x)?[0-9a-f]+$/i.test(declared) && Number(declared) === Number(observed);
}

/** Both as text, or in bytes where libvirt has a unit: it stores `1 GiB` as `1048576 KiB`, which is also its default. */
function quantities(declared: XmlNode, observed: XmlNode): [string | number, string | number] {
  const unit = observed.attribute("unit");
  const [a, b] = [declared.text().trim(), observed.text().trim()];
  if (unit === undefined) return [a, b];
  return [Number(a) * factor(declared.attribute("unit") ?? "KiB"), Number(b) * factor(unit)];
}

/** Source: libvirt's documentation of `<memory>`: `k` and `KiB` are 1024, `KB` is 1000. */
function factor(unit: string): number {
  const [, letter = "", decimal] = /^([kmgt]?)(b?)(?:i?b|ytes)?$/i.exec(unit) ?? [];
  const power = " kmgt".indexOf(letter.toLowerCase() || " ");
  return (letter !== "" && decimal !== undefined && decimal !== "" ? 1000 : 1024) ** power;
}
