import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { UNKNOWN } from "../../provider/handler.js";
import { isMap, type PropertyMap, Secret, SIGNATURE, TAGS, tagOf, type Value } from "./value.js";

/** What the other side of a call understands; what it does not is sent as the plain value. */
export interface Accepts {
  secrets: boolean;
  resources: boolean;
}

/** Reads the properties of a message: every kind of unknown becomes `UNKNOWN`, output values become values. */
export function fromStruct(message: struct.Struct | undefined): PropertyMap {
  return message === undefined ? {} : decodeMap(message.toJavaScript() as PropertyMap);
}

export function toStruct(properties: PropertyMap, accepts: Accepts): struct.Struct {
  return struct.Struct.fromJavaScript(encode(properties, accepts) as { [key: string]: struct.JavaScriptValue });
}

/** The resource's id, or its URN if it has none: what takes the place of a reference where references are not understood. */
export function referenceToPlain(reference: PropertyMap): Value {
  const { id, urn } = reference;
  if (id === undefined) return urn ?? null;
  return id === "" ? UNKNOWN : id;
}

/** A provider and a program write one sentinel per type; the state knows only the first. */
const SENTINELS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

function decode(value: Value): Value {
  if (typeof value === "string") return SENTINELS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(decode);
  if (!isMap(value)) return value;
  switch (tagOf(value)) {
    case TAGS.secret:
      return new Secret(decode(value.value ?? null));
    case TAGS.output: {
      const inner = value.value === undefined ? UNKNOWN : decode(value.value);
      return value.secret === true ? new Secret(inner) : inner;
    }
    case TAGS.resource:
      return decodeReference(value);
    default:
      return decodeMap(value);
  }
}

/** Reads properties as they travel: tagged secrets, outputs and references, and every kind of unknown. */
export function decodeMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, part]) => [key, decode(part)]));
}

/** The protocol repeats name and type, which the URN already says and the state does not hold. */
function decodeReference(value: PropertyMap): PropertyMap {
  return {
    [SIGNATURE]: TAGS.resource,
    urn: value.urn ?? "",
    ...(value.id === undefined ? {} : { id: value.id === UNKNOWN ? "" : value.id }),
    packageVersion: value.packageVersion ?? "",
  };
}

function encode(value: Value, accepts: Accepts): Value {
  if (value instanceof Secret) {
    const inner = encode(value.value, accepts);
    return accepts.secrets ? { [SIGNATURE]: TAGS.secret, value: inner } : inner;
  }
  if (Array.isArray(value)) return value.map((part) => encode(part, accepts));
  if (!isMap(value)) return value;
  if (tagOf(value) === TAGS.resource && !accepts.resources) return referenceToPlain(value);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, encode(part, accepts)]));
}
