import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** The same shape with `Input` at every level, as Pulumi's users know it from other packages. */
export type DeepInput<T> = T extends readonly (infer E)[]
  ? pulumi.Input<DeepInput<E>[]>
  : T extends object
    ? pulumi.Input<{ [K in keyof T]: DeepInput<T[K]> }>
    : pulumi.Input<T>;

/** What users pass to a resource: its schema's input without what the SDK and `check` fill in. */
export type ArgsOf<Schema extends z.ZodType, Replaced extends string = never> = {
  [K in keyof z.input<Schema> as K extends Replaced | FilledIn ? never : K]: DeepInput<z.input<Schema>[K]>;
};

type FilledIn = "owner" | "incarnation" | "host" | "path" | "uuid";
