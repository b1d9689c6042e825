/**
 * `npm run bench [-- COUNT…]`: brings up, previews and destroys linked clones with seeds and domains (firmware only: no
 * guest OS, so that our own part shows), beside a parallel shell script that runs the same commands, in the same run, in a
 * disposable host. Prints ratios; nothing here is a test.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type LabHost, startHost } from "../test/lab/host.js";

const repository = path.resolve(import.meta.dirname, "..");
const counts = process.argv.slice(2).map(Number).filter(Number.isFinite);

interface Times {
  up: number;
  preview: number;
  destroy: number;
}

async function main(): Promise<void> {
  await using host = await startHost({ name: "bench" });
  // Nothing to boot: a guest that runs an operating system would be measured instead of us.
  const image = "/var/lib/libvirt/images/empty.qcow2";
  await host.run(["qemu-img", "create", "-q", "-f", "qcow2", image, "64M"]);
  const empty = await measureOurs(host, { name: "empty", count: 0, image });
  console.log(`engine's fixed start (an empty program): up ${show(empty.up)}, preview ${show(empty.preview)}`);
  for (const count of counts.length > 0 ? counts : [10, 25]) {
    const floor = await measureFloor(host, count, image);
    const ours = await measureOurs(host, { name: `n${count}`, count, image });
    const part = {
      up: ours.up - empty.up,
      preview: ours.preview - empty.preview,
      destroy: ours.destroy - empty.destroy,
    };
    console.log(`\n${count} guests            up   preview   destroy`);
    console.log(`  shell script    ${row([floor.up, undefined, floor.destroy])}`);
    console.log(`  kvm-compose     ${row([ours.up, ours.preview, ours.destroy])}`);
    console.log(`  less its start  ${row([part.up, part.preview, part.destroy])}`);
    console.log(`  ratio to script ${ratio(part.up, floor.up)}      -   ${ratio(part.destroy, floor.destroy)}`);
  }
}

/** Seconds for each operation through the command line, state and all. The second preview reads all drift. */
async function measureOurs(
  host: LabHost,
  { name, count, image }: { name: string; count: number; image: string },
): Promise<Times> {
  const folder = path.join(host.stateDir, "root", name);
  await mkdir(path.join(folder, "node_modules"), { recursive: true });
  await writeFile(path.join(folder, "Pulumi.yaml"), projectFile(name));
  await writeFile(path.join(folder, "index.mjs"), program(count, image));
  const inside = `/root/${name}`;
  await mkdir(path.join(folder, "node_modules/@pulumi"));
  await host.run(["ln", "-s", repository, `${inside}/node_modules/pulumi-kvm`]);
  const pulumi = path.join(repository, "node_modules/@pulumi/pulumi");
  await host.run(["ln", "-s", pulumi, `${inside}/node_modules/@pulumi/pulumi`]);
  await writeFile(path.join(folder, "package.json"), "{}");
  const compose = (...args: string[]) =>
    time(() =>
      host.run([process.execPath, path.join(repository, "dist/cli/main.js"), ...args, "--cwd", inside], {
        timeout: 300_000,
      }),
    );
  const up = await compose("up", "--yes", "--skip-preview");
  const preview = await compose("preview", "--expect-no-changes");
  const destroy = await compose("destroy", "--yes", "--skip-preview");
  return { up, preview, destroy };
}

function projectFile(name: string): string {
  return [
    `name: ${name}`,
    "main: index.mjs",
    "runtime: { name: nodejs, options: { typescript: false } }",
    "backend: { url: file://. }",
    "options: { refresh: always }",
    "",
  ].join("\n");
}

function program(count: number, image: string): string {
  return `
    import * as kvm from "pulumi-kvm";
    const count = ${count};
    if (count > 0) {
      const host = new kvm.Host("local");
      const image = new kvm.Image("base", { host, source: ${JSON.stringify(image)} });
      for (let n = 0; n < count; n += 1) {
        const name = "g" + n;
        const source = new kvm.Clone(name, { host, image });
        const seed = new kvm.Seed(name, { host, hostname: name });
        new kvm.Domain(name, { host, memory: 64, disks: [{ name: "root", source }], seed, shutdownGrace: 0 });
      }
    }
  `;
}

/** The floor: what the same work costs without any tool, in parallel. */
async function measureFloor(host: LabHost, count: number, image: string): Promise<Times> {
  const script = path.join(import.meta.dirname, "floor.sh");
  const run = (verb: string) =>
    time(() => host.run(["bash", script, verb, String(count), image], { timeout: 300_000 }));
  const up = await run("up");
  const destroy = await run("destroy");
  return { up, preview: 0, destroy };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

function show(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function row(seconds: (number | undefined)[]): string {
  return seconds.map((value) => (value === undefined ? "-" : show(value)).padStart(8)).join("  ");
}

function ratio(ours: number, floor: number): string {
  return `${(ours / floor).toFixed(2)}x`.padStart(8);
}

await main();
