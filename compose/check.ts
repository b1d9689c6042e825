import { checkAddresses } from "./check-addresses.js";
import { formatPath, type Path, quote } from "./diagnostics.js";
import type { CheckContext } from "./kind.js";
import { findSegment, type Model } from "./model.js";
import { hostname, isHostname, isProjectName } from "./names.js";

/** Complains about everything that is wrong between the parts of the file, or between it and what is around it. */
export function check(model: Model, context: CheckContext, project?: string): void {
  checkProject(project, context);
  checkMachineNames(model, context, project);
  checkSegmentNames(model, context);
  checkReferences(model, context);
  checkAddresses(model, context.report);
  for (const segment of model.segments) segment.kind.check?.(segment, context);
  for (const machine of model.machines) machine.kind.check?.(machine, context);
}

function checkProject(project: string | undefined, { report }: CheckContext): void {
  if (project === undefined || isProjectName(project)) return;
  report.error(
    "value",
    [],
    `the project is called ${quote(project)}, which cannot begin names on a host: use letters, digits, \`_\`, \`.\` and \`-\`, and 60 of them at most`,
  );
}

function checkMachineNames({ machines }: Model, { report }: CheckContext, project: string | undefined): void {
  for (const { name, path } of machines) {
    const at = [...path, "name"];
    if (!isHostname(name) || name.toLowerCase() === "localhost") {
      report.error(
        "value",
        at,
        `machine name ${quote(name)} cannot be a hostname: use letters, digits and inner \`-\`, 63 of them at most, and not localhost`,
      );
    } else if (project !== undefined && isProjectName(project) && !isHostname(hostname(project, name))) {
      const full = hostname(project, name);
      report.error(
        "value",
        at,
        `machine ${quote(name)} would have the hostname ${quote(full)} with ${full.length} characters, 63 are possible; shorten its name or the project's`,
      );
    }
  }
  checkDuplicates(machines, "machine", { report });
}

function checkSegmentNames({ segments }: Model, { report }: CheckContext): void {
  for (const { name, path, kind } of segments) {
    if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name)) continue;
    report.error(
      "value",
      [...path, "name"],
      `${kind.segment} name ${quote(name)} is not possible: use letters, digits, \`_\`, \`.\` and \`-\`, 63 of them at most, and begin with a letter or digit`,
    );
  }
  for (const kind of new Set(segments.map((segment) => segment.kind))) {
    const same = segments.filter((segment) => segment.kind === kind);
    checkDuplicates(same, kind.segment, { report });
  }
}

/** Hostnames do not tell upper from lower case. */
function checkDuplicates(
  things: readonly { name: string; path: Path }[],
  word: string,
  { report }: Pick<CheckContext, "report">,
): void {
  const seen = new Map<string, Path>();
  for (const { name, path } of things) {
    const first = seen.get(name.toLowerCase());
    if (first === undefined) seen.set(name.toLowerCase(), path);
    else {
      const message = `${word} name ${quote(name)} is used twice, first by ${formatPath(first)}; give each its own`;
      report.error("reference", [...path, "name"], message);
    }
  }
}

function checkReferences(model: Model, { report }: CheckContext): void {
  for (const { name, interfaces } of model.machines) {
    for (const nic of interfaces) {
      if (findSegment(model, nic) !== undefined) continue;
      const { key, segment: word } = nic.network;
      const declared = model.segments.filter(({ kind }) => kind === nic.network).map((segment) => plain(segment.name));
      report.error(
        "reference",
        [...nic.path, word],
        `machine ${quote(name)} is plugged into ${word} ${quote(nic.segment)}, which network.${key} does not declare; declared are: ${declared.join(", ") || "none"}`,
      );
    }
  }
}

/** In a list, quotes are only in the way of names that need none. */
function plain(name: string): string {
  return /^[\w.-]{1,60}$/.test(name) ? name : quote(name);
}
