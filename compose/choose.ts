import { formatPath, type Path } from "./diagnostics.js";
import { isPending, type Pending } from "./kind.js";
import { anything, type Shape } from "./reader.js";
import type { Report } from "./report.js";

/** The keys that choose a kind. */
export function keysOf(kinds: readonly { key: string }[]): Shape {
  return Object.fromEntries(kinds.map(({ key }) => [key, anything]));
}

/** The kinds whose keys are given and that can be done; the others are complained about. */
export function chosen<K extends { key: string }>(
  kinds: readonly (K | Pending)[],
  fields: Readonly<Record<string, unknown>>,
  { path, report }: { path: Path; report: Report },
): K[] {
  const given = kinds.filter(({ key }) => fields[key] !== undefined);
  for (const kind of given.filter(isPending)) {
    const at = [...path, kind.key];
    report.error("not-yet", at, `${formatPath(at)} is not supported yet: ${kind.notYet}`, { part: "key" });
  }
  return given.filter((kind): kind is K => !isPending(kind));
}

/** Exactly one kind. @param subject what has it, as messages say it */
export function chooseOne<K extends { key: string }>(
  kinds: readonly (K | Pending)[],
  fields: Readonly<Record<string, unknown>>,
  { path, report, subject }: { path: Path; report: Report; subject: string },
): K | undefined {
  const found = chosen(kinds, fields, { path, report });
  const given = kinds.filter(({ key }) => fields[key] !== undefined).map(({ key }) => key);
  if (given.length === 0) {
    const known = kinds.filter((kind) => !isPending(kind)).map(({ key }) => key);
    report.error("missing", path, `${subject} does not say what it is; add one of: ${known.join(", ")}`);
  } else if (given.length > 1) {
    report.error("value", path, `${subject} is ${given.join(" and ")} at once; keep one of them`);
  }
  return given.length === 1 ? found[0] : undefined;
}
