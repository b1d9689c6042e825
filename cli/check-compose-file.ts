import { checkFile } from "../compose/check-file.js";
import { colors as pc } from "./colors.js";
import { CliError, EXIT } from "./exit-codes.js";

/** Bad YAML fails before anything is started. Warnings are left to the program, which shows them with its resources. */
export function checkComposeFile(path: string, { project }: { project: string }): void {
  const { diagnostics, text } = checkFile(path, { project, color: pc.isColorSupported });
  if (diagnostics.some(({ severity }) => severity === "error")) throw new CliError(text, EXIT.failed);
}
