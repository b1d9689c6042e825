import { type Command, Option } from "commander";
import { EXIT } from "./exit-codes.js";
import { assignment, positiveInteger, repeated, truth } from "./parse-option.js";

/** What every operation takes. */
export function operationOptions(command: Command): Command {
  return command
    .option("-p, --parallel <count>", "how much work at once; waits do not count", positiveInteger)
    .option("-m, --message <text>", "a note for the history")
    .option("-c, --config <key=value>", "set this in Pulumi.<stack>.yaml first; repeatable", assignment)
    .option("--config-path", "the keys of --config are paths into values")
    .option("--diff", "show every difference in full")
    .option("-j, --json", "events as JSON, one a line")
    .option("--show-secrets", "secrets in clear")
    .option("-v, --verbose", "every line of progress");
}

export function refreshOptions(command: Command): Command {
  return command
    .option("-r, --refresh [true|false]", "read the real things first; default: true", truth)
    .option("--no-refresh", "trust the state");
}

/** Which resources are meant. */
export function targetOptions(command: Command): Command {
  return command
    .option("-t, --target <urn>", "only this resource; repeatable, with * and **", repeated)
    .option("--target-dependents", "and what depends on the targets")
    .addOption(
      new Option("-x, --exclude <urn>", "everything but this resource; repeatable, with * and **")
        .argParser(repeated)
        .conflicts("target"),
    );
}

export function excludeDependentsOption(command: Command): Command {
  return command.option("--exclude-dependents", "nor what depends on the excluded");
}

export function replaceOptions(command: Command): Command {
  return command
    .option("--replace <urn>", "replace this resource, whatever it differs in; repeatable", repeated)
    .option("--target-replace <urn>", "--target and --replace in one; repeatable", repeated);
}

export function continueOnErrorOption(command: Command): Command {
  return command.option("--continue-on-error", "go on with what does not depend on a failed resource");
}

export function expectNoChangesOption(command: Command): Command {
  return command.option(
    "--expect-no-changes",
    `change nothing; exit with ${EXIT.unexpectedChanges} if something would change`,
  );
}

export function yesOption(command: Command): Command {
  return command.option("-y, --yes", "do not ask");
}

export function previewOnlyOption(command: Command): Command {
  return command.addOption(new Option("--preview-only", "only show it").conflicts(["yes", "skipPreview"]));
}

export function approvalOptions(command: Command): Command {
  return yesOption(command).option("-f, --skip-preview", "do not show a preview first, and do not ask");
}
