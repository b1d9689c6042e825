import type { Declared } from "./project.js";

/** Two versions of one program: going from the first to the second takes every kind of step. */
export interface Evolution {
  before: Declared[];
  after: Declared[];
  /** Changes behind the engine's back of what `before` declares. */
  drift: { changed: string[]; lost: string[] };
}

/** Thirty resources: components, a chain, a fan-out, both kinds of replacement with dependents, leftovers, secrets. */
export const LARGE: Evolution = {
  before: [...largeCommon(1), ...leftovers()],
  after: [...largeCommon(2), ...additions()],
  drift: { changed: ["f1", "r", "c2"], lost: ["c5", "f2", "o3"] },
};

/** The same kinds of steps with as few resources as possible, for moments that are many. */
export const SMALL: Evolution = {
  before: [...smallCommon(1), { name: "old", uses: ["a"] }],
  after: [...smallCommon(2), { name: "new", uses: ["a"] }],
  drift: { changed: ["a"], lost: ["old"] },
};

function smallCommon(version: number): Declared[] {
  return [
    { name: "group", group: true, size: version },
    { name: "a", parent: "group", size: version, secret: `secret-${version}` },
    { name: "r", kind: `kind-${version}` },
    { name: "r1", uses: ["r"], follows: true },
    { name: "d", kind: `kind-${version}`, first: true },
    { name: "d1", uses: ["d"], follows: true },
  ];
}

function largeCommon(version: number): Declared[] {
  const kind = `kind-${version}`;
  const resources: Declared[] = [
    { name: "net", group: true, size: version },
    { name: "app", group: true },
    { name: "inner", group: true, parent: "app" },
    { name: "c1", parent: "inner", size: version },
    { name: "c2", parent: "inner", uses: ["c1"] },
    { name: "c3", parent: "inner", uses: ["c2"], kind },
    { name: "c4", parent: "inner", uses: ["c3"], secret: `of-c4-${version}` },
    { name: "c5", uses: ["c4"], dependsOn: ["c1"] },
    { name: "f0", parent: "net", size: version },
    ...[1, 2, 3, 4, 5, 6].map((n): Declared => {
      return { name: `f${n}`, parent: "net", uses: ["f0"], size: n < 3 ? version : 0 };
    }),
    { name: "r", kind },
    { name: "r1", uses: ["r"] },
    { name: "r2", dependsOn: ["r"], size: version },
    { name: "r3", uses: ["r"], follows: true },
    { name: "d", kind, options: { deleteBeforeReplace: true } },
    { name: "d1", uses: ["d"], follows: true },
    { name: "d2", uses: ["d1"], follows: true },
    { name: "d3", uses: ["d"] },
    { name: "s1", secret: `secret-${version}` },
    { name: "s2", uses: ["s1"], secret: "another-secret" },
  ];
  return resources.map((resource, index) => (resource.group ? resource : { ...resource, work: (index * 7) % 10 }));
}

function leftovers(): Declared[] {
  return [
    { name: "oldgroup", group: true },
    { name: "o1", parent: "oldgroup" },
    { name: "o2", uses: ["o1", "c1"] },
    { name: "o3", uses: ["o2"], follows: true },
    { name: "o4", parent: "oldgroup", dependsOn: ["f0"] },
  ];
}

function additions(): Declared[] {
  return [
    { name: "newgroup", group: true },
    { name: "n1", parent: "newgroup", uses: ["c5"] },
    { name: "n2", dependsOn: ["n1"] },
    { name: "n3", uses: ["n2", "r"], secret: "new-secret" },
  ];
}
