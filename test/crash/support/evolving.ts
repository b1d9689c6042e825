import type { Declared } from "./project.js";
import type { Random } from "./random.js";

/** A random program: things and groups in an order in which each needs only earlier ones. */
export function randomProgram(random: Random): Declared[] {
  const resources: Declared[] = [];
  for (let count = random.between(5, 12); count > 0; count -= 1) insert(resources, random);
  return resources;
}

/**
 * The program after one to four random changes.
 * @param options.forgets whether resources may go
 */
export function evolved(resources: readonly Declared[], random: Random, { forgets }: { forgets: boolean }): Declared[] {
  const next = structuredClone([...resources]);
  for (let count = random.between(1, 4); count > 0; count -= 1) change(next, random, forgets);
  return next;
}

function change(resources: Declared[], random: Random, forgets: boolean): void {
  const kind = random.between(1, 10);
  const index = random.between(0, resources.length - 1);
  const resource = resources[index];
  if (kind <= 2 || resources.length < 4 || resource === undefined) insert(resources, random);
  else if (kind <= 4 && forgets) remove(resources, resource);
  else if (resource.group) resource.size = random.between(1, 9);
  else if (kind <= 6) resource.size = random.between(1, 9);
  else if (kind <= 8) resource.kind = `kind-${random.between(1, 3)}`;
  else if (kind === 9) resource.secret = `secret-${random.between(1, 9)}`;
  else Object.assign(resource, references(resources.slice(0, index), random));
}

/** Anywhere in the program, so that the order of the state and that of the program drift apart. */
function insert(resources: Declared[], random: Random): void {
  const index = random.between(0, resources.length);
  const before = resources.slice(0, index);
  const groups = before.filter(({ group }) => group === true);
  const parent = groups.length > 0 && random.chance(0.4) ? { parent: random.pick(groups).name } : {};
  const name = freeName(resources, random);
  const resource: Declared = random.chance(0.15)
    ? { name, group: true, ...parent }
    : {
        name,
        ...parent,
        ...references(before, random),
        size: random.between(1, 9),
        kind: `kind-${random.between(1, 3)}`,
        follows: random.chance(0.3),
        first: random.chance(0.25),
        work: random.between(0, 10),
        ...(random.chance(0.3) ? { secret: `secret-${random.between(1, 9)}` } : {}),
      };
  resources.splice(index, 0, resource);
}

/** Few names, so that what was removed comes back. */
function freeName(resources: Declared[], random: Random): string {
  const taken = new Set(resources.map(({ name }) => name));
  const free = Array.from({ length: 30 }, (_, index) => `t${index}`).filter((name) => !taken.has(name));
  return random.pick(free.slice(0, 5));
}

function references(before: readonly Declared[], random: Random): Pick<Declared, "uses" | "dependsOn"> {
  const things = before.filter(({ group }) => group !== true).map(({ name }) => name);
  const some = (probability: number) => things.filter(() => random.chance(probability / Math.max(1, things.length)));
  return { uses: some(1.5), dependsOn: some(0.7) };
}

function remove(resources: Declared[], { name }: Declared): void {
  const without = (names: string[] = []) => names.filter((other) => other !== name);
  const left = resources
    .filter((resource) => resource.name !== name)
    .map(({ parent, ...resource }): Declared => {
      const kept = { ...resource, ...(parent === undefined || parent === name ? {} : { parent }) };
      return resource.group ? kept : { ...kept, uses: without(resource.uses), dependsOn: without(resource.dependsOn) };
    });
  resources.splice(0, resources.length, ...left);
}
