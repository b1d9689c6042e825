import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const PRELUDE = `
const pulumi = require("@pulumi/pulumi");
const code = 'exports.handler = () => require("./thing")';
class Thing extends pulumi.CustomResource {
  constructor(name, args, options) {
    super("pulumi-nodejs:dynamic:Thing", name, { name, double: undefined, ...args, __provider: code }, options);
  }
}
class Group extends pulumi.ComponentResource {
  constructor(name, size) {
    super("my:mod:Group", name, { size });
    this.inner = new Thing(name + "-inner", { size: 1 }, { parent: this });
    this.registerOutputs({ double: this.inner.double });
  }
}
`;

const FIRST = `const a = new Thing("a", {
  size: 1, secret: pulumi.secret("hunter22"), old: "o", none: null, text: "one\\ntwo",
  nested: { x: 1, y: [1, 2, { z: "q" }], s: pulumi.secret("hush-hush") },
});`;
const SECOND = `const a = new Thing("a", {
  size: 2, secret: pulumi.secret("hunter23"), added: { k: "v" }, none: null, text: "one\\nthree",
  nested: { x: 1, y: [1, 3, { z: "r" }, 4], s: pulumi.secret("hush-hush") },
});`;

/** What the program says at each stage of its life. */
export const PROGRAMS = {
  create: `${FIRST}
    new Thing("b", { uses: a.double }); new Thing("c", {}); new Group("g", 1);
    console.log("hello"); exports.double = a.double; exports.hidden = pulumi.secret("out-secret");`,
  change: `${SECOND}
    new Thing("b", { uses: a.double, kind: "first" }, { deleteBeforeReplace: true, protect: false }); new Group("g", 2);
    pulumi.log.warn("careful\\nsecond line", a); exports.double = a.double;`,
  replace: `${SECOND}
    new Thing("b", { uses: 4, kind: "second" }); new Group("g", 2); exports.double = a.double;`,
  fail: `${SECOND}
    const b = new Thing("b", { uses: 4, kind: "second" }); const g = new Group("g", 2);
    new Thing("f", { fail: true }, { dependsOn: [a, b, g.inner] });`,
};

/** A project in a folder of its own; its state is in it, too. */
export interface ShownProject extends Disposable {
  folder: string;
  program(source: string): void;
  /** Makes the real things differ from the state: one is changed, one is gone. */
  drift(): void;
}

export function shownProject(): ShownProject {
  const folder = mkdtempSync(join(tmpdir(), "shown-"));
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  mkdirSync(join(folder, "node_modules/@pulumi"), { recursive: true });
  symlinkSync(sdk, join(folder, "node_modules/@pulumi/pulumi"));
  copyFileSync(join(import.meta.dirname, "thing.cjs"), join(folder, "thing.js"));
  writeFileSync(join(folder, "package.json"), "{}");
  const runtime = { name: "nodejs", options: { typescript: false } };
  const manifest = { name: "shown", runtime, main: "index.js", backend: { url: "file://." } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(manifest));
  const program = (source: string) => writeFileSync(join(folder, "index.js"), PRELUDE + source);
  program("");
  return {
    folder,
    program,
    drift() {
      const path = join(folder, "a-plain.thing");
      const { text, ...thing } = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify({ ...thing, size: 7, extra: "e" }));
      rmSync(join(folder, "b-second.thing"));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
