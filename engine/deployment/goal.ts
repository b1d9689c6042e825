import type { PropertyMap } from "../values/value.js";

/** What the program asks for when it registers a resource. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent: string | undefined;
  inputs: PropertyMap;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** Names under which the resource may be found in the state. */
  aliases: string[];
  /** `undefined`: as the parent. */
  protect: boolean | undefined;
  /** `undefined`: as the parent. */
  retainOnDelete: boolean | undefined;
  /** `undefined`: as the provider wants. */
  deleteBeforeReplace: boolean | undefined;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  deletedWith: string | undefined;
  /** In seconds. */
  customTimeouts: Record<string, number> | undefined;
  sourcePosition: string | undefined;
}
