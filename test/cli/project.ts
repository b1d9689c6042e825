import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";

const repository = path.resolve(import.meta.dirname, "../..");
const cli = path.join(repository, "dist/cli/main.js");

export interface CommandResult {
  exitCode: number | undefined;
  /** Standard output and standard error as they came. */
  output: string;
}

/** A project in a folder of its own, with its state in it. */
export interface TestProject extends AsyncDisposable {
  folder: string;
  write(file: string, text: string): Promise<void>;
  /** Runs `kvm-compose` in the folder. */
  compose(args: string[], options?: { env?: Record<string, string> }): Promise<CommandResult>;
  /** The same, killed -9 after so many milliseconds if it still runs. */
  composeKilledAfter(milliseconds: number, args: string[]): Promise<void>;
  /** The resources in the state: type and name, in its order. */
  resources(): Promise<string[]>;
  /** Every file of the project's state, as text. */
  stateText(): Promise<string>;
}

/** @param files what lies in it, by name; a folder of that name is made for it */
export async function testProject(name: string, files: Record<string, string>): Promise<TestProject> {
  const parent = await mkdtemp(path.join(tmpdir(), "project-"));
  const folder = path.join(parent, name);
  await mkdir(path.join(folder, "node_modules/@pulumi"), { recursive: true });
  await symlink(repository, path.join(folder, "node_modules/pulumi-kvm"));
  await symlink(path.join(repository, "node_modules/@pulumi/pulumi"), path.join(folder, "node_modules/@pulumi/pulumi"));
  const write = (file: string, text: string) => writeFile(path.join(folder, file), text);
  for (const [file, text] of Object.entries({ "package.json": "{}", ...files })) await write(file, text);
  const start = (args: string[], env: Record<string, string> = {}) =>
    execa(process.execPath, [cli, ...args], {
      cwd: folder,
      env: { NO_COLOR: "1", PULUMI_HOME: path.join(parent, "pulumi-home"), ...env },
      stdin: "ignore",
      all: true,
      reject: false,
      timeout: 200_000,
    });
  return {
    folder,
    write,
    async composeKilledAfter(milliseconds, args) {
      const child = start(args);
      const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
      await child;
      clearTimeout(timer);
    },
    async compose(args, { env = {} } = {}) {
      const { exitCode, all } = await start(args, env);
      return { exitCode, output: all };
    },
    async resources() {
      const file = path.join(folder, ".pulumi/stacks", name, "dev.json");
      const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as Checkpoint;
      return (checkpoint.latest?.resources ?? [])
        .filter(({ type }) => !type.startsWith("pulumi:"))
        .map(({ type, urn }) => `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`);
    },
    async stateText() {
      const names = await readdir(path.join(folder, ".pulumi"), { recursive: true, withFileTypes: true });
      const files = names.filter((entry) => entry.isFile() && entry.name !== "passphrase");
      const texts = await Promise.all(files.map((entry) => readFile(path.join(entry.parentPath, entry.name), "utf8")));
      return texts.join("\n");
    },
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

interface Checkpoint {
  checkpoint: { latest?: { resources?: { type: string; urn: string }[] } };
}

/** A Pulumi.yaml for a program in plain JavaScript, its state in the folder. */
export function pulumiYaml(name: string): string {
  return JSON.stringify({
    name,
    main: "index.mjs",
    runtime: { name: "nodejs", options: { typescript: false } },
    backend: { url: "file://." },
    options: { refresh: "always" },
  });
}
