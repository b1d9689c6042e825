import { XMLBuilder, XMLParser } from "fast-xml-parser";

/** An element: attributes are `@name`, text is `#text`, members are elements; a repeated element is an array. */
export type Element = { [name: string]: Node | Node[] | undefined };
export type Node = string | Element;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  format: true,
  suppressEmptyNode: true,
});
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  removeNSPrefix: false,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

/** Members that are `undefined` are left out. */
export function buildXml(root: string, element: Element): string {
  return builder.build({ [root]: withoutUndefined(element) });
}

function withoutUndefined(node: Node): Node {
  if (typeof node === "string") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(withoutUndefined) : withoutUndefined(value as Node),
      ]),
  );
}

/** A parsed element with the few questions that we ask. */
export interface XmlNode {
  attribute(name: string): string | undefined;
  text(): string;
  child(name: string): XmlNode | undefined;
  children(name: string): XmlNode[];
  attributes(): [string, string][];
  /** The names of the members, each once. */
  memberNames(): string[];
  /** As {@link buildXml} takes it. */
  element(): Element;
}

/** @throws {SyntaxError} when the text has no such root element */
export function parseXml(text: string, root: string): XmlNode {
  const parsed = parser.parse(text) as Record<string, unknown>;
  const found = (parsed[root] as unknown[] | undefined)?.[0];
  if (found === undefined) throw new SyntaxError(`Cannot read XML: there is no <${root}> element`);
  return node(found);
}

function node(value: unknown): XmlNode {
  const members = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const children = (name: string) => ((members[name] as unknown[] | undefined) ?? []).map(node);
  return {
    attribute: (name) => members[`@${name}`] as string | undefined,
    text: () => String(typeof value === "object" && value !== null ? first(members["#text"]) : (value ?? "")),
    child: (name) => children(name)[0],
    children,
    attributes: () =>
      Object.entries(members).flatMap(([name, value]) =>
        name.startsWith("@") ? [[name.slice(1), String(value)]] : [],
      ),
    element: () => withoutBlanks(members) as Element,
    memberNames: () => Object.keys(members).filter((name) => !name.startsWith("@") && name !== "#text"),
  };
}

/** Without the indentation between members. */
function withoutBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBlanks);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, text]) => name !== "#text" || String(text).trim() !== "")
      .map(([name, member]) => [name, withoutBlanks(member)]),
  );
}

function first(value: unknown): unknown {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/** A child far below: `at(node, "os", "type")`. */
export function at(start: XmlNode, ...path: string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>((found, name) => found?.child(name), start);
}
