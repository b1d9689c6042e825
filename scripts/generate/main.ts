/** `npm run generate`: writes what is made from the schemas. With `--check` it only tells what is stale. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { reference } from "./reference.js";
import { documentedResources } from "./resources.js";
import { sdkArgs } from "./sdk-args.js";

const repository = path.resolve(import.meta.dirname, "../..");
const check = process.argv.includes("--check");

const files = {
  "sdk/args.ts": await formatted("sdk/args.ts", sdkArgs(documentedResources)),
  "docs/resources.md": reference(documentedResources),
};

for (const [file, text] of Object.entries(files)) {
  const target = path.join(repository, file);
  const found = await readFile(target, "utf8").catch(() => undefined);
  if (found === text) continue;
  if (check) {
    console.error(`${file} is stale: run \`npm run generate\``);
    process.exitCode = 1;
  } else {
    await writeFile(target, text);
    console.log(`wrote ${file}`);
  }
}

async function formatted(file: string, source: string): Promise<string> {
  const biome = path.join(repository, "node_modules/.bin/biome");
  const { stdout } = await execa(biome, ["format", `--stdin-file-path=${file}`], { cwd: repository, input: source });
  return `${stdout.trimEnd()}\n`;
}
