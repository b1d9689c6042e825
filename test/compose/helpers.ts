import { stringify } from "yaml";
import { type Compiled, type CompileOptions, compile } from "../../compose/compile.js";
import { formatDiagnostics } from "../../compose/diagnostics.js";
import type { Surroundings } from "../../compose/kind.js";
import type { Model } from "../../compose/model.js";
import { makePlan, type Plan } from "../../compose/plan.js";

export const image = "guest.qcow2";

/** A folder that has `guest.qcow2` and `run.sh`. */
export const around: Surroundings = {
  folder: "/lab",
  environment: {},
  files: {
    exists: (path) => ["/lab/guest.qcow2", "/lab/run.sh"].includes(path),
    read: (path) => `content of ${path}\n`,
  },
};

export function compileText(text: string, options: Partial<CompileOptions> = {}): Compiled {
  return compile(text, { file: "kvm-compose.yaml", project: "lab", ...around, ...options });
}

/** The diagnostics as people see them. */
export function told(text: string, options: Partial<CompileOptions> = {}): string {
  return formatDiagnostics(compileText(text, options).diagnostics);
}

/** The messages alone, each with its line. */
export function messages(text: string, options: Partial<CompileOptions> = {}): string[] {
  return compileText(text, options).diagnostics.map(
    ({ line, severity, message }) => `${line}: ${severity}: ${message}`,
  );
}

export function modelOf(text: string, options: Partial<CompileOptions> = {}): Model {
  const { model, diagnostics } = compileText(text, options);
  if (model === undefined) throw new Error(formatDiagnostics(diagnostics));
  return model;
}

export function planOf(text: string, options: Partial<CompileOptions> & { stack?: string } = {}): Plan {
  const { stack = "dev", project = "lab", ...rest } = options;
  return makePlan(modelOf(text, { project, ...rest }), { project, stack }, { ...around, ...rest });
}

export interface SomeMachine {
  name: string;
  interfaces?: { bridge: string; ip?: string; mac?: string }[];
}

/** A file with machines on one image. */
export function fileOf(machines: SomeMachine[], bridges: Record<string, unknown>[] = [{ name: "br0" }]): string {
  const libvirt = { libvirt_type: { cloud_image: { path: image } } };
  return stringify({ machines: machines.map((machine) => ({ ...machine, libvirt })), network: { bridges } });
}

export function on(...bridges: string[]): { bridge: string }[] {
  return bridges.map((bridge) => ({ bridge }));
}
