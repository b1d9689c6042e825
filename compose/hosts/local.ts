import { z } from "zod";
import type { HostKind } from "../kind.js";
import { type Fields, type Shape, text } from "../reader.js";

const shape = {
  store: z.string("must be text").startsWith("/", "must be an absolute path").optional(),
  uri: text.optional(),
} satisfies Shape;

/** The machine that runs the program. */
export const localHost: HostKind<Fields<typeof shape>> = {
  key: "local",
  read: (value, path, reader) => reader.object(shape, value ?? {}, path),
  connection: (name, { store, uri }) => ({
    kind: "local",
    name,
    ...(store === undefined ? {} : { store }),
    ...(uri === undefined ? {} : { uri }),
  }),
};
