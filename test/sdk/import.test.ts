import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { testProject } from "../cli/project.js";

const repository = path.resolve(import.meta.dirname, "../..");

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as kvm from "pulumi-kvm";
const key: kvm.KeyPair = new kvm.KeyPair("key", { comment: "me" });
export const publicKey: pulumi.Output<string> = key.publicKey;
`;

const KINDS = {
  "a default TypeScript project (CommonJS)": {
    packageJson: { name: "consumer", main: "index.ts" },
    compilerOptions: { module: "commonjs", moduleResolution: "node" },
    options: {},
  },
  'a TypeScript project of "type": "module"': {
    packageJson: { name: "consumer", type: "module", main: "index.ts" },
    compilerOptions: { module: "nodenext", moduleResolution: "nodenext" },
    options: { nodeargs: "--import tsx" },
  },
};

for (const [kind, { packageJson, compilerOptions, options }] of Object.entries(KINDS)) {
  test(`The package is imported by ${kind}`, async () => {
    await using project = await testProject("consumer", {
      "package.json": JSON.stringify(packageJson),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { strict: true, target: "es2020", ...compilerOptions },
        files: ["index.ts"],
      }),
      "Pulumi.yaml": JSON.stringify({
        name: "consumer",
        runtime: { name: "nodejs", options },
        backend: { url: "file://." },
      }),
      "index.ts": PROGRAM,
    });
    for (const name of ["typescript", "tsx", "@types"]) {
      await symlink(path.join(repository, "node_modules", name), path.join(project.folder, "node_modules", name));
    }
    const { exitCode, output } = await project.compose(["up", "--yes", "--skip-preview"]);
    assert.equal(exitCode, 0, output);
    assert.match(output, /publicKey: ssh-ed25519 \S+ me/);
  });
}
