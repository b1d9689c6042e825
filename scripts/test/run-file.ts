import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startHost } from "../../test/lab/host.js";
import { enter, hostEnvironment } from "../../test/lab/namespaces.js";
import { startSwitch } from "../../test/lab/switch.js";
import { repository } from "../cache.js";
import type { TestFile } from "./files.js";
import { nodeArguments, watch } from "./process.js";
import { type FileResult, summarise } from "./results.js";

export interface RunFileOptions {
  /** What tests find in their environment, beside what they always do. */
  env: Record<string, string>;
  limitSeconds: number;
}

/** Runs one test file in a process of its own, a lab file inside a fresh lab host. */
export async function runFile(file: TestFile, options: RunFileOptions): Promise<FileResult> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  try {
    const { events, ...ending } = await (file.lab ? runInHost(file, options) : runPlain(file, options));
    return summarise(file.name, elapsed(), events, ending);
  } catch (error) {
    const failures = [{ name: "(the file)", detail: `it could not be run: ${String(error)}` }];
    return { name: file.name, ms: elapsed(), passed: 0, failures, skips: [] };
  }
}

async function runPlain(file: TestFile, { env, limitSeconds }: RunFileOptions) {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-kvm-test-"));
  try {
    const report = path.join(folder, "report");
    return await watch({
      argv: [process.execPath, ...nodeArguments(file.path)],
      env: { ...process.env, ...env, PULUMI_KVM_TEST_REPORT: report },
      report,
      log: path.join(folder, "log"),
      limitSeconds,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInHost(file: TestFile, { env, limitSeconds }: RunFileOptions) {
  const parts = ["libvirt", "openvswitch", "sshd"] as const;
  const daemons = Object.fromEntries(parts.map((part) => [part, !file.without.has(part)]));
  await using wires = await startSwitch();
  await using host = await startHost({ name: "h1", index: 10, switch: wires, ...daemons });
  const temporary = path.join(host.stateDir, "tmp");
  const report = path.join(temporary, "report");
  return await watch({
    argv: enter(host.pid, repository, [process.execPath, ...nodeArguments(file.path)]),
    env: {
      ...hostEnvironment,
      ...env,
      PATH: `${process.env.PATH ?? ""}:${hostEnvironment.PATH}`,
      CI: process.env.CI,
      TMPDIR: temporary,
      LAB_NAME: host.name,
      LAB_ADDRESS: host.address,
      LAB_STATE: host.stateDir,
      PULUMI_KVM_TEST_REPORT: report,
    },
    report,
    log: path.join(temporary, "log"),
    limitSeconds,
  });
}
