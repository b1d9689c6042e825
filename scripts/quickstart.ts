/**
 * `npm run quickstart`: the tour. Brings the example's testbed up, proves that the guests work, breaks something by hand,
 * shows that the preview sees exactly that, and repairs it. `-- --destroy` takes everything down again.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import pc from "picocolors";
import { buildMicroGuest } from "./micro-guest/build.js";

const repository = path.resolve(import.meta.dirname, "..");
const example = path.join(repository, "examples/quickstart");
const begun = performance.now();

const { values: options } = parseArgs({
  options: {
    destroy: { type: "boolean", default: false },
    image: { type: "string" },
    yes: { type: "boolean", default: false },
  },
});

interface Guest {
  name: string;
  domain: string;
  user: string;
  address: string;
}

async function tour(): Promise<void> {
  const image = options.image ?? (await buildMicroGuest({ log: say })).path;
  const environment = { QUICKSTART_IMAGE: image };

  title("1. What would be made");
  await compose(["preview"], environment);

  title("2. Make it");
  const upBegun = performance.now();
  await compose(["up", "--yes", "--skip-preview"], environment);
  say(pc.dim(`both guests answer ssh ${seconds(upBegun)} after the start of up`));

  title("3. The proof: one guest, reached over ssh, pings the other");
  const { guests, privateKey } = await readOutputs(environment);
  const [first, second] = guests;
  if (first === undefined || second === undefined)
    throw new Error("Cannot show the tour: the example has no two guests");
  await proof({ from: first, to: second, privateKey });

  title(`4. Break something by hand: stop ${first.name}, give ${second.name} other memory`);
  await byHand("virsh", "destroy", first.domain);
  await byHand("virsh", "setmaxmem", second.domain, "256M", "--config");
  await byHand("virsh", "setmem", second.domain, "256M", "--config");

  title("5. The preview shows exactly that");
  await compose(["preview"], environment);

  title("6. Repair it");
  await compose(["up", "--yes", "--skip-preview"], environment);
  await compose(["preview", "--expect-no-changes"], environment);
  say("");
  say(
    `The testbed is up (${seconds(begun)} for the tour). Look around: cd examples/quickstart; npx kvm-compose outputs`,
  );
  say("Take it down again: npm run quickstart -- --destroy");
}

async function destroy(): Promise<void> {
  title("Take everything down; the image store stays");
  await compose(["destroy", "--yes", "--skip-preview"], { QUICKSTART_IMAGE: options.image ?? "not-needed" });
}

/** The command line as a user calls it, its output live. */
async function compose(args: string[], env: Record<string, string>): Promise<void> {
  say(pc.dim(`$ kvm-compose ${args.join(" ")}`));
  await execa(process.execPath, [path.join(repository, "dist/cli/main.js"), ...args], {
    cwd: example,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

async function readOutputs(env: Record<string, string>): Promise<{ guests: Guest[]; privateKey: string }> {
  const command = [path.join(repository, "dist/cli/main.js"), "outputs", "--json", "--show-secrets"];
  const { stdout } = await execa(process.execPath, command, { cwd: example, env });
  return JSON.parse(stdout) as { guests: Guest[]; privateKey: string };
}

async function proof({ from, to, privateKey }: { from: Guest; to: Guest; privateKey: string }): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "quickstart-"));
  try {
    const key = path.join(folder, "key");
    await writeFile(key, privateKey, { mode: 0o600 });
    await chmod(key, 0o600);
    const known = path.join(folder, "known_hosts");
    const ssh = [
      "-i",
      key,
      "-o",
      `UserKnownHostsFile=${known}`,
      "-o",
      "StrictHostKeyChecking=accept-new",
      "-o",
      "LogLevel=ERROR",
    ];
    await byHand("ssh", ...ssh, `${from.user}@${from.address}`, `echo "$(hostname) here"; ping -c 2 ${to.domain}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function byHand(file: string, ...args: string[]): Promise<void> {
  const shown = args.filter((arg, index) => !arg.startsWith("-o") && args[index - 1] !== "-o");
  say(pc.dim(`$ ${[file, ...shown].join(" ")}`));
  await execa(file, args, { stdio: ["ignore", "inherit", "inherit"] });
}

function title(text: string): void {
  say(`\n${pc.bold(text)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

try {
  await (options.destroy ? destroy() : tour());
} catch (error) {
  // A command that failed has said why on the same screen.
  if (!(error instanceof Error && "exitCode" in error)) throw error;
  process.stderr.write(
    `${pc.red("The tour stopped")}: ${(error as unknown as { shortMessage: string }).shortMessage}\n`,
  );
  process.exitCode = 1;
}
