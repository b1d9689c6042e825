import { z } from "zod";
import type { Path } from "../diagnostics.js";
import type { CheckContext, GuestSetup, PlanContext } from "../kind.js";
import { notYet, type Shape, text } from "../reader.js";
import { checkFileExists, localPath } from "./local-file.js";

/** Keys for what a guest is told at its first start. */
export const setupShape = {
  environment: z.record(z.string(), z.string("must be text"), "must be a mapping of names to text").optional(),
  run_script: text.optional(),
  setup_script: notYet("run_script runs at the guest's first start"),
  context: notYet(),
} satisfies Shape;

export interface SetupOptions {
  environment?: Record<string, string> | undefined;
  run_script?: string | undefined;
}

export function checkSetup({ run_script: script }: SetupOptions, path: Path, context: CheckContext): void {
  if (script !== undefined) checkFileExists(script, { path: [...path, "run_script"], what: "the script" }, context);
}

export function planSetup({ environment = {}, run_script: script }: SetupOptions, context: PlanContext): GuestSetup {
  return {
    environment,
    ...(script === undefined ? {} : { runScript: context.files.read(localPath(script, context)) }),
  };
}
