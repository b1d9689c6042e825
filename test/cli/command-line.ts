import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";

const cli = path.resolve(import.meta.dirname, "../../dist/cli/main.js");

export interface Ended {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** A Pulumi project whose program nobody runs, with its state in it. */
export interface CommandLine extends AsyncDisposable {
  folder: string;
  /** Where selections are remembered. */
  home: string;
  /** Runs `kvm-compose` in the folder, nobody being at the terminal. */
  run(...args: string[]): Promise<Ended>;
  /** The same with more in the environment, or with something on standard input. */
  runWith(options: { env?: Record<string, string>; input?: string }, ...args: string[]): Promise<Ended>;
  /** The same with the Pulumi CLI. */
  pulumi(...args: string[]): Promise<Ended>;
  /** Runs `kvm-compose`, which must succeed; answers what it printed. */
  ok(...args: string[]): Promise<string>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** The names in a folder, none if it is missing. */
  names(folder: string): Promise<string[]>;
}

/** @param files by name; without Pulumi.yaml there is one of the project `proj` */
export async function commandLine(files: Record<string, string> = {}): Promise<CommandLine> {
  const parent = await mkdtemp(path.join(tmpdir(), "command-line-"));
  const folder = path.join(parent, "proj");
  const home = path.join(parent, "home");
  await mkdir(folder);
  await mkdir(home);
  const at = (file: string) => path.join(folder, file);
  const projectFile = "name: proj\nruntime: nodejs\nbackend: {url: 'file://.'}\n";
  for (const [file, text] of Object.entries({ "Pulumi.yaml": projectFile, ...files })) await writeFile(at(file), text);

  async function start(
    program: string[],
    { env = {}, input = "" }: { env?: Record<string, string>; input?: string } = {},
  ): Promise<Ended> {
    const [file = "", ...args] = program;
    const { exitCode, stdout, stderr } = await execa(file, args, {
      cwd: folder,
      env: {
        ...{ NO_COLOR: "1", PULUMI_HOME: home, PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_SKIP_UPDATE_CHECK: "true" },
        ...{ PULUMI_STACK: undefined, PULUMI_BACKEND_URL: undefined, ...env },
      },
      input,
      reject: false,
      timeout: 60_000,
    });
    return { code: exitCode, stdout, stderr };
  }

  const line: CommandLine = {
    folder,
    home,
    run: (...args) => start([process.execPath, cli, ...args]),
    runWith: (options, ...args) => start([process.execPath, cli, ...args], options),
    pulumi: (...args) => start(["pulumi", "--non-interactive", ...args]),
    async ok(...args) {
      const { code, stdout, stderr } = await line.run(...args);
      if (code !== 0) throw new Error(`kvm-compose ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
      return stdout;
    },
    read: (file) => readFile(at(file), "utf8"),
    write: (file, text) => writeFile(at(file), text),
    names: (name) => readdir(at(name)).catch(() => []),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
  return line;
}

const PROVIDER = "e0e0e0e0-0000-4000-8000-000000000000";

/** What makes an object of the state a secret. */
export const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** What `stack export` would print of a stack with a protected `a`, and a `b` that depends on it. */
export function deployment({ stack = "dev", project = "proj" } = {}) {
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::${project}::${type}::${name}`;
  const root = urn("pulumi:pulumi:Stack", `${project}-${stack}`);
  const provider = urn("pulumi:providers:pulumi-nodejs", "default");
  const type = "pulumi-nodejs:dynamic:Resource";
  const managed = { custom: true, type, parent: root, provider: `${provider}::${PROVIDER}` };
  return {
    version: 3,
    deployment: {
      manifest: { time: "2025-01-01T00:00:00Z", magic: "", version: "" },
      resources: [
        {
          ...{ urn: root, custom: false, type: "pulumi:pulumi:Stack" },
          outputs: { size: 1, words: ["it's", "<b>"], token: { ...SECRET, plaintext: '"hunter22"' } },
        },
        { urn: provider, custom: true, id: PROVIDER, type: "pulumi:providers:pulumi-nodejs" },
        { urn: urn(type, "a"), id: "id-a", protect: true, ...managed, inputs: { v: 1 }, outputs: { v: 1 } },
        { urn: urn(type, "b"), id: "id-b", ...managed, dependencies: [urn(type, "a")] },
      ],
    },
  };
}

/** The URN of one of the resources of `deployment()`. */
export function urnOf(name: string): string {
  return `urn:pulumi:dev::proj::pulumi-nodejs:dynamic:Resource::${name}`;
}

/** A project with the stack `dev`, which has what `deployment()` has. */
export async function filledStack(): Promise<CommandLine> {
  const line = await commandLine({ "state.json": JSON.stringify(deployment()) });
  await line.ok("stack", "init", "dev");
  await line.ok("stack", "import", "--file", "state.json");
  return line;
}
