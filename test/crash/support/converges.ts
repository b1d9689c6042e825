import assert from "node:assert/strict";
import type { CrashProject, Ended } from "./project.js";

export const UP = ["up", "--yes", "--skip-preview"];
export const REFRESH = ["refresh", "--yes", "--skip-preview"];
export const DESTROY = ["destroy", "--yes", "--skip-preview"];

/** The next `up` makes everything as declared. */
export async function assertCompletes(project: CrashProject): Promise<void> {
  const next = await project.run(UP);
  assertSucceeded("The next up", next);
  assert.doesNotMatch(next.output, /does not continue the state/, "no journal is taken for somebody else's");
  assertAsDeclared(project);
}

/** Whatever happened before: the next `up` makes everything as declared, and `destroy` leaves nothing. */
export async function assertConverges(project: CrashProject): Promise<void> {
  await assertCompletes(project);
  assertSucceeded("A preview afterwards", await project.run(["preview", "--expect-no-changes"]));
  await assertDestroys(project);
}

export async function assertDestroys(project: CrashProject): Promise<void> {
  assertSucceeded("The next destroy", await project.run(DESTROY));
  const left = project.things().map(({ id }) => id);
  assert.deepEqual(left, [], "destroy leaves nothing");
  assert.deepEqual(project.remembered(), [], "the state remembers nothing after destroy");
  assertUnlocked(project);
}

/** Every declared thing exists once and is as declared, nothing else exists, and the state knows exactly these. */
export function assertAsDeclared(project: CrashProject): void {
  const things = project.things();
  const declared = project.declared.filter(({ group }) => group !== true);
  const names = declared.map(({ name }) => name).sort();
  const existing = things.map(({ name }) => name).sort();
  assert.deepEqual(existing, names, "exactly what is declared exists");
  const tokens = new Map(things.map(({ name, properties }) => [name, properties.token]));
  for (const { name, size, kind, secret, uses = [] } of declared) {
    const properties = things.find((thing) => thing.name === name)?.properties;
    const observed = [properties?.size, properties?.kind, properties?.secret, properties?.uses];
    const wanted = [size, kind, secret, uses.map((used) => tokens.get(used))];
    assert.deepEqual(observed, wanted, `"${name}" is as declared`);
  }
  const ids = things.map(({ id }) => id);
  assert.deepEqual(project.remembered(), ids, "the state lists exactly what exists");
  assertUnlocked(project);
}

/** A made-up passphrase is as long as it was meant to be, whenever its writing was cut short. */
export function assertPassphraseIsWhole(project: CrashProject): void {
  const length = project.passphrase()?.length ?? 0;
  assert.ok(length >= 32, `the passphrase has ${length} characters`);
}

export function assertSucceeded(what: string, { code, signal, output }: Ended): void {
  assert.equal(code, 0, `${what} ended with ${signal ?? code}:\n${output}`);
}

function assertUnlocked(project: CrashProject): void {
  const locks = project.stateFiles().filter((file) => /^locks\/.*\.json$/.test(file));
  assert.deepEqual(locks, [], "no lock is left");
}
