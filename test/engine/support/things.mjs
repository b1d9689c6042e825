// A handler whose things are files: it stands for the real ones in tests of the engine. Tests place it where programs find
// "pulumi-kvm/provider".

import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const COMPARED = ["size", "kind", "uses", "note", "secret"];

let config;
let running = 0;
let most = 0;

export const Thing = {
  configure(request) {
    config = request.config;
  },

  async check(olds, news) {
    const failures = news.invalid ? [{ property: "invalid", reason: "it must not be set" }] : [];
    return { inputs: { ...news, serial: olds.serial ?? randomUUID() }, failures };
  },

  async diff(_id, olds, news) {
    const details = COMPARED.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key])).map((path) => ({
      path,
      impact: path === "kind" ? "replace" : "live",
      old: olds[path],
      new: news[path],
    }));
    const replaces = details.filter(({ impact }) => impact === "replace").map(({ path }) => path);
    if (news.follows && details.some(({ path }) => path === "uses")) replaces.push("uses");
    return { changes: details.length > 0, replaces, deleteBeforeReplace: news.first === true, details };
  },

  async create(inputs, context) {
    return { id: `${inputs.name}-${inputs.kind ?? "plain"}`, outs: await reconcile("create", inputs, context) };
  },

  async update(id, _olds, news, context) {
    return { outs: await reconcile("update", news, context, id) };
  },

  async read(id, props) {
    if (existsSync(`${props.folder}/unreachable-${props.name}`))
      throw new Error(`Cannot reach the host of "${props.name}"`);
    const file = fileOf(props.folder, id);
    if (!existsSync(file)) return {};
    const observed = JSON.parse(readFileSync(file, "utf8"));
    const inputs = Object.fromEntries(
      Object.entries(observed).filter(([key]) => key in props && !DERIVED.includes(key)),
    );
    return { id, props: observed, inputs };
  },

  async findInterrupted(inputs) {
    const id = `${inputs.name}-${inputs.kind ?? "plain"}`;
    const file = fileOf(inputs.folder, id);
    if (!existsSync(file)) return undefined;
    const props = JSON.parse(readFileSync(file, "utf8"));
    return props.serial === inputs.serial ? { id, props } : undefined;
  },

  async delete(id, props) {
    note(props.folder, `delete ${id}`);
    if (existsSync(`${props.folder}/undeletable-${props.name}`)) throw new Error(`Cannot delete "${props.name}"`);
    rmSync(fileOf(props.folder, id), { force: true });
    note(props.folder, `deleted ${id}`);
  },
};

const DERIVED = ["size2", "token", "greeting"];

async function reconcile(verb, inputs, context, known) {
  const { folder, name } = inputs;
  const id = known ?? `${name}-${inputs.kind ?? "plain"}`;
  note(folder, `${verb} ${id}`);
  running += 1;
  most = Math.max(most, running);
  note(folder, `running ${running}`);
  try {
    context?.progress?.(`making ${name}`, 0.5);
    if (inputs.log) context?.log?.("warning", inputs.log);
    if (inputs.wait)
      await context.idle(() => sleep(inputs.wait, undefined, { signal: context.signal }).catch(() => {}));
    if (inputs.company) await context.idle(() => company(inputs.company));
    if (inputs.work) await sleep(inputs.work);
    if (inputs.patience) await sleep(inputs.patience, undefined, { signal: context.signal });
  } finally {
    running -= 1;
  }
  if (existsSync(`${folder}/failing-${name}`))
    throw new Error(`Cannot make "${name}": told to fail with ${inputs.secret}`);
  const { __provider, ...own } = inputs;
  const state = {
    ...own,
    size2: (inputs.size ?? 0) * 2,
    token: `token-of-${name}`,
    greeting: config?.get("greeting") ?? "",
  };
  writeFileSync(fileOf(folder, id), JSON.stringify(state));
  if (existsSync(`${folder}/unhealthy-${name}`)) {
    const reasons = [`"${name}" never answered`];
    throw Object.assign(new Error(reasons[0]), { id, properties: { ...state, __provider }, reasons });
  }
  note(folder, `${verb}d ${id}`);
  // Made, and the engine does not know it yet.
  if (inputs.linger) await sleep(inputs.linger);
  return state;
}

/** Waits until so many things have been in the making at once; gives up after a while. */
async function company(count) {
  for (let waited = 0; most < count && waited < 10_000; waited += 20) await sleep(20);
}

function fileOf(folder, id) {
  return `${folder}/${id}.thing`;
}

function note(folder, line) {
  appendFileSync(`${folder}/log`, `${line}\n`);
}
