// A module for node's --import that lets the state's folder misbehave under `kvm-compose`: it counts the calls that change
// files of the state and does something at one of them. CRASH_DISK says what, as JSON:
//   root   the project's folder: counts what is below its .pulumi, and its Pulumi.<stack>.yaml
//   at     the number of the call, from 1
//   do     "kill"      die before the call
//          "tear"      die after half of the bytes, if the call writes; else as "kill"
//          "powercut"  die before the call, and all that was written and not synced is gone
//          "fail"      the call fails with `code`, and so does every later one unless `once`; half of the bytes are written
//          "wait"      the whole process waits while there is a file things/hold-disk
//   only   count only these calls: "write", "sync", "rename", "open", "remove", "link", "mkdir", "truncate"
// CRASH_DISK_TRACE names a file that receives every counted call, a line each.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join, resolve } from "node:path";

const real = { ...fs };
const fault = JSON.parse(process.env.CRASH_DISK ?? "{}");
const trace = process.env.CRASH_DISK_TRACE;
let calls = 0;

/** By path, the bytes that would survive a loss of power. Files that are not in here survive as they are. */
const durable = new Map();
/** By descriptor, the path it was opened for. */
const opened = new Map();

// Programs and providers inherit the environment; only the engine's own writing counts.
if (fault.root !== undefined && process.argv[1]?.endsWith(join("cli", "main.js"))) install();

function isCounted(path) {
  if (typeof path !== "string") return false;
  const full = resolve(path);
  return (
    full.startsWith(join(fault.root, ".pulumi", "/")) ||
    full === join(fault.root, ".pulumi") ||
    full.startsWith(join(fault.root, "Pulumi.dev.yaml"))
  );
}

/**
 * Called before each call that changes a file.
 * @param options.halve writes half of the bytes
 */
function strike(kind, path, { halve = () => {} } = {}) {
  if (!isCounted(path) || (fault.only !== undefined && !fault.only.includes(kind))) return;
  calls += 1;
  if (trace !== undefined) real.appendFileSync(trace, `${calls} ${kind} ${path}\n`);
  const isNow = fault.do === "fail" && !fault.once ? calls >= fault.at : calls === fault.at;
  if (!isNow) return;
  if (fault.do === "wait") return waitWhileHeld();
  if (fault.do === "powercut") loseUnsynced();
  if (fault.do === "tear") halve();
  if (fault.do !== "fail") return process.kill(process.pid, "SIGKILL");
  if (calls === fault.at) halve();
  throw Object.assign(new Error(`${fault.code}: told to fail, ${kind} '${path}'`), { code: fault.code, path });
}

function waitWhileHeld() {
  const things = join(fault.root, "things");
  real.writeFileSync(join(things, "holding-disk"), "");
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (real.existsSync(join(things, "hold-disk"))) Atomics.wait(clock, 0, 0, 10);
}

function loseUnsynced() {
  for (const [path, size] of durable) {
    try {
      real.truncateSync(path, size);
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
}

/** Remembers what a file had when it was first touched. */
function touched(path) {
  if (!isCounted(path) || durable.has(resolve(path))) return;
  const size = real.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  durable.set(resolve(path), size);
}

function synced(path) {
  if (path !== undefined) durable.delete(resolve(path));
}

function moved(from, to) {
  const size = durable.get(resolve(from));
  durable.delete(resolve(from));
  durable.delete(resolve(to));
  if (size !== undefined) durable.set(resolve(to), size);
}

function isReading(flags) {
  return flags === undefined || flags === "r" || flags === real.constants.O_RDONLY;
}

function bytesOf(data) {
  return typeof data === "string" ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function halfOf(data) {
  const bytes = bytesOf(data);
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** The arguments of a write of half of what another write would write, in the same place. */
function halfWrite(data, [offset, length, position]) {
  if (typeof data === "string") return [halfOf(data)];
  const bytes = bytesOf(data);
  const start = offset ?? 0;
  const count = Math.floor((length ?? bytes.length - start) / 2);
  return [bytes, start, count, position ?? null];
}

function install() {
  const promises = { ...fs.promises };
  wrapPaths(fs.promises, promises, "");
  wrapPaths(fs, real, "Sync");
  fs.promises.open = async (path, flags, mode) => {
    if (isReading(flags)) return promises.open(path, flags, mode);
    strike("open", path);
    touched(path);
    const handle = await promises.open(path, flags, mode);
    return isCounted(path) ? wrapHandle(handle, path) : handle;
  };
  fs.openSync = (path, flags, mode) => {
    if (isReading(flags)) return real.openSync(path, flags, mode);
    strike("open", path);
    touched(path);
    const descriptor = real.openSync(path, flags, mode);
    opened.set(descriptor, path);
    return descriptor;
  };
  fs.closeSync = (descriptor) => {
    opened.delete(descriptor);
    real.closeSync(descriptor);
  };
  fs.writeSync = (descriptor, data, ...rest) => {
    const halve = () => real.writeSync(descriptor, ...halfWrite(data, rest));
    strike("write", opened.get(descriptor), { halve });
    return real.writeSync(descriptor, data, ...rest);
  };
  for (const name of ["fsyncSync", "fdatasyncSync"]) {
    fs[name] = (descriptor) => {
      strike("sync", opened.get(descriptor));
      real[name](descriptor);
      synced(opened.get(descriptor));
    };
  }
  fs.ftruncateSync = (descriptor, size) => {
    strike("truncate", opened.get(descriptor));
    real.ftruncateSync(descriptor, size);
  };
  syncBuiltinESMExports();
}

/** The functions that take a path; `suffix` is "Sync" for those that block. */
function wrapPaths(target, original, suffix) {
  const kinds = { unlink: "remove", rm: "remove", rmdir: "remove", mkdir: "mkdir", truncate: "truncate" };
  for (const [name, kind] of Object.entries(kinds)) {
    // To remove what is not there, or to make what is, changes nothing.
    const before = (path) => {
      if (real.existsSync(path) !== (kind === "mkdir")) strike(kind, path);
    };
    target[name + suffix] = wrapped(suffix, before, original[name + suffix]);
  }
  for (const [name, kind] of [
    ["rename", "rename"],
    ["link", "link"],
    ["copyFile", "link"],
    ["cp", "link"],
  ]) {
    const before = (from, to) => {
      if (real.existsSync(from)) strike(kind, to);
    };
    const after = name === "rename" ? moved : () => {};
    target[name + suffix] = wrapped(suffix, before, original[name + suffix], after);
  }
  for (const name of ["writeFile", "appendFile"]) {
    // Node's own implementation opens and writes without these functions, so it is two calls here.
    const flag = name === "writeFile" ? "w" : "a";
    const before = (path, data, options) => {
      if (typeof path !== "string") return;
      strike("open", path);
      touched(path);
      const mode = typeof options === "object" ? options : {};
      if (isCounted(path)) real.closeSync(real.openSync(path, mode?.flag ?? flag, mode?.mode ?? 0o666));
      strike("write", path, { halve: () => real.appendFileSync(path, halfOf(data)) });
    };
    target[name + suffix] = (path, data, options) => {
      const proceed = () => {
        before(path, data, options);
        const plain = typeof options === "object" && options !== null ? { ...options } : { encoding: options };
        // It exists now.
        if (isCounted(path)) plain.flag = flag;
        return original[name + suffix](path, data, plain);
      };
      return suffix === "" ? Promise.resolve().then(proceed) : proceed();
    };
  }
}

function wrapped(suffix, before, call, after = () => {}) {
  if (suffix === "Sync") {
    return (...args) => {
      before(...args);
      const result = call.apply(fs, args);
      after(...args);
      return result;
    };
  }
  return async (...args) => {
    before(...args);
    const result = await call.apply(fs.promises, args);
    after(...args);
    return result;
  };
}

function wrapHandle(handle, path) {
  for (const name of ["write", "writeFile", "appendFile"]) {
    const original = handle[name].bind(handle);
    handle[name] = async (data, ...rest) => {
      const half = name === "write" ? halfWrite(data, rest) : [halfOf(data)];
      strike("write", path, { halve: () => real.writeSync(handle.fd, ...half) });
      return original(data, ...rest);
    };
  }
  for (const name of ["sync", "datasync"]) {
    const original = handle[name].bind(handle);
    handle[name] = async () => {
      strike("sync", path);
      await original();
      synced(path);
    };
  }
  const truncate = handle.truncate.bind(handle);
  handle.truncate = async (size) => {
    strike("truncate", path);
    await truncate(size);
  };
  return handle;
}
