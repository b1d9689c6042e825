import { z } from "zod";
import { metaOf, unwrap } from "../../provider/schema.js";

/** A property of a schema in the terms of documentation. */
export interface PropertyDoc {
  name: string;
  schema: z.ZodType;
  optional: boolean;
  /** What the property means; empty when its name says it. */
  text: string;
  /** As YAML or TypeScript would write it; `undefined` when there is none. */
  default: string | undefined;
  impact: string | undefined;
}

/** The properties that users write: what the SDK and `check` fill in is left out. */
const FILLED_IN = new Set(["owner", "incarnation", "uuid", "path", "instanceId"]);

export function describeObject(schema: z.ZodObject): PropertyDoc[] {
  return Object.entries(schema.shape)
    .filter(([name]) => !FILLED_IN.has(name))
    .map(([name, member]) => describeProperty(name, member as z.ZodType));
}

export function describeMembers(schema: z.ZodObject): PropertyDoc[] {
  return Object.entries(schema.shape).map(([name, member]) => describeProperty(name, member as z.ZodType));
}

function describeProperty(name: string, schema: z.ZodType): PropertyDoc {
  return {
    name,
    schema,
    optional: schema.safeParse(undefined).success,
    text: textOf(schema),
    default: defaultOf(schema),
    impact: metaOf(schema)?.impact,
  };
}

function textOf(schema: z.ZodType): string {
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : undefined;
  return schema.description ?? (inner === undefined ? "" : textOf(inner));
}

function defaultOf(schema: z.ZodType): string | undefined {
  if (schema instanceof z.ZodOptional) return defaultOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodDefault ? JSON.stringify(schema.def.defaultValue) : undefined;
}

/** The type as TypeScript writes it. @param input how members are wrapped: `(text) => pulumi.Input<text>`, or nothing */
export function typeText(schema: z.ZodType, input: (text: string) => string): string {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodString || inner instanceof z.ZodUUID) return "string";
  if (inner instanceof z.ZodNumber) return "number";
  if (inner instanceof z.ZodBoolean) return "boolean";
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => JSON.stringify(option)).join(" | ");
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => JSON.stringify(value)).join(" | ");
  if (inner instanceof z.ZodArray) return `${parenthesized(input(typeText(inner.element as z.ZodType, input)))}[]`;
  if (inner instanceof z.ZodRecord) return `Record<string, ${input(typeText(inner.valueType as z.ZodType, input))}>`;
  if (inner instanceof z.ZodUnion)
    return inner.options.map((option) => typeText(option as z.ZodType, input)).join(" | ");
  if (inner instanceof z.ZodObject) {
    const members = describeMembers(inner).map(
      (member) =>
        `${comment(member)}${member.name}${member.optional ? "?" : ""}: ${input(typeText(member.schema, input))};`,
    );
    return `{ ${members.join("\n")} }`;
  }
  if (inner instanceof z.ZodUnknown) return "any";
  throw new Error(`Cannot describe a schema of type ${inner.def.type}: teach scripts/generate about it`);
}

function parenthesized(text: string): string {
  return /[|&]/.test(text) && !/^[\w.]+<.*>$/s.test(text) ? `(${text})` : text;
}

/** The docstring of a property, with a line break behind it; empty when there is nothing to say. */
export function comment(property: PropertyDoc): string {
  const parts = [
    property.text === "" ? "" : `${property.text.replace(/\.?$/, ".")}`,
    property.default === undefined || property.default === "{}" ? "" : `Default: \`${property.default}\`.`,
    property.impact === undefined || property.impact === "none" ? "" : `Change: ${property.impact}.`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : `/** ${parts.join(" ")} */\n`;
}
