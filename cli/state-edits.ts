import { confirm, isApproved, isInteractive } from "./confirm.js";
import { CliError } from "./exit-codes.js";
import type { CommonFlags } from "./flags.js";

/** The resources that an edit is about; `undefined`: all of them. */
export function urnsOf({ all }: { all?: boolean }, args: string[]): string[] | undefined {
  if (all && args.length > 0) throw new CliError("cannot specify a resource URN together with --all");
  if (all) return undefined;
  if (args.length === 0) throw new CliError("Must supply <resource URN>; `kvm-compose state list` shows them");
  return args;
}

/** Asks at a terminal only: scripts that edit the state of a Pulumi stack do not have to say --yes either. */
export async function approveEdit(flags: CommonFlags & { yes?: boolean }): Promise<void> {
  if (isApproved(flags) || !isInteractive(flags)) return;
  await confirm("This command will edit your stack's state directly. Go on?");
}
