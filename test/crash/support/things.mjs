// A handler whose things are files, which can end the process it runs in at a named moment. Tests place it where programs
// find "pulumi-kvm/provider"; what exists is in the folder "things" of the project.
//
// A thing's file is named `<name>.<serial>.json`. `check` chooses the serial at random and keeps that of the last run, so
// that whatever is made twice, or made and forgotten, is seen as a second file.

import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../things", import.meta.url));
const COMPARED = ["size", "kind", "uses", "secret"];

/** `<verb>:<number>:<phase>`: where to die. Phases are before, middle (done and not answered) and after. */
const [fatalVerb, fatalNumber, fatalPhase] = (process.env.CRASH_STEP ?? "").split(":");
const counts = new Map();

export const Thing = {
  async check(olds, news) {
    const at = moments("check");
    at("before");
    const serial = olds.serial ?? randomBytes(4).toString("hex");
    return at("after", { inputs: { ...news, serial }, failures: [] });
  },

  async diff(_id, olds, news) {
    const details = COMPARED.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key])).map((path) => {
      const impact = path === "kind" || (path === "uses" && news.follows) ? "replace" : "live";
      return { path, impact, old: olds[path], new: news[path] };
    });
    const replaces = details.filter(({ impact }) => impact === "replace").map(({ path }) => path);
    return { changes: details.length > 0, replaces, deleteBeforeReplace: news.first === true, details };
  },

  async create(inputs, context) {
    const at = moments("create");
    at("before");
    await work(inputs, context);
    const outs = make(inputs);
    at("middle");
    return at("after", { id: idOf(inputs), outs });
  },

  async update(id, _olds, news, context) {
    const at = moments("update");
    at("before");
    await work(news, context);
    if (!existsSync(fileOf(id))) throw new Error(`Cannot update "${id}": it does not exist`);
    const outs = make(news);
    at("middle");
    return at("after", { outs });
  },

  async read(id) {
    const at = moments("read");
    at("before");
    await sleep(1);
    if (!existsSync(fileOf(id))) return at("after", {});
    const props = JSON.parse(readFileSync(fileOf(id), "utf8"));
    const { token, ...inputs } = props;
    return at("after", { id, props, inputs });
  },

  /** A thing is known by its serial, which the inputs of the interrupted creation have. */
  async findInterrupted(inputs) {
    const at = moments("find");
    at("before");
    const id = idOf(inputs);
    if (!existsSync(fileOf(id))) return at("after", undefined);
    return at("after", { id, props: JSON.parse(readFileSync(fileOf(id), "utf8")) });
  },

  async delete(id, props, context) {
    const at = moments("delete");
    at("before");
    await work(props, context);
    refuseWhileUsed(id, props.token);
    rmSync(fileOf(id), { force: true });
    at("middle");
    at("after");
  },
};

/** Counts an operation. The function it answers dies if this is the moment, and passes its value on otherwise. */
function moments(verb) {
  const number = (counts.get(verb) ?? 0) + 1;
  counts.set(verb, number);
  const isFatal = verb === fatalVerb && number === Number(fatalNumber);
  return (phase, value) => {
    if (isFatal && phase === fatalPhase) {
      // After the answer means: when the engine has begun to deal with it.
      if (phase === "after") setImmediate(die);
      else die();
    }
    return value;
  };
}

function die() {
  process.kill(process.pid, "SIGKILL");
}

/** Takes a moment. While there is a file `hold-<name>` it waits, and stops when told to, unless there is a `deaf-<name>`. */
async function work({ name, work: milliseconds }, context) {
  if (isMarked("failing", name)) throw new Error(`Cannot make "${name}": told to fail`);
  await sleep(milliseconds ?? 1);
  while (isMarked("hold", name)) {
    writeFileSync(`${folder}/holding-${name}`, "");
    if (context.signal.aborted && !isMarked("deaf", name)) throw new Error(`Stopped making "${name}"`);
    await sleep(5);
  }
}

function isMarked(mark, name) {
  return existsSync(`${folder}/${mark}-${name}`);
}

function idOf({ name, serial }) {
  return `${name}.${serial}`;
}

function fileOf(id) {
  return `${folder}/${id}.json`;
}

/** In one step, so that a thing exists or does not. */
function make({ __provider, ...inputs }) {
  const outs = { ...inputs, token: `token-of-${idOf(inputs)}-${inputs.kind}` };
  const file = fileOf(idOf(inputs));
  writeFileSync(`${file}.part`, JSON.stringify(outs));
  renameSync(`${file}.part`, file);
  return outs;
}

/** What has to be replaced together with this thing cannot exist without it. */
function refuseWhileUsed(id, token) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const other = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
    if (other.follows && other.uses?.includes(token)) throw new Error(`Cannot delete "${id}": "${name}" still uses it`);
  }
}
