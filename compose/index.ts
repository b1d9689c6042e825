/**
 * kvm-compose files: checked, and made into resources.
 *
 * @module
 */
export { checkFile, type FileCheck } from "./check-file.js";
export { type Diagnostic, type FormatOptions, formatDiagnostics, hasErrors } from "./diagnostics.js";
export type { DiskKind, HostKind, Kinds, MachineKind, NetworkKind, Pending } from "./kind.js";
export { defaultKinds } from "./kinds.js";
export { Testbed, type TestbedArgs, type TestbedGuest } from "./testbed.js";
