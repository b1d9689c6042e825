import type { Operation } from "../definition.js";
import type { Host } from "../host/host.js";
import { define } from "../libvirt/define.js";
import { domainXml } from "../libvirt/domain.js";
import {
  type ObservedDomain,
  observeDomain,
  resumeDomain,
  setDomainAutostart,
  startDomain,
  stopDomain,
} from "../libvirt/domains.js";
import { overrideXml } from "../libvirt/override.js";
import { claim, makeMark } from "../owner.js";
import type { DomainArgs, DomainState } from "../resources/domain.js";
import { definitionOf } from "./define.js";
import { syncInterfaces } from "./interfaces.js";
import { needsRestart } from "./restart.js";
import { type CheckedArgs, settle } from "./settle.js";

type Context = Operation<DomainArgs, DomainState>["context"];

/** Observe, ensure the definition, sync interfaces and power, wait as far as declared. */
export async function reconcile(operation: Operation<DomainArgs, DomainState>): Promise<DomainState> {
  const { state, context } = operation;
  const host = await operation.host();
  const args = checked(operation.args);
  const { name } = args;
  const found = await observeDomain(host, name);
  if (found !== undefined) {
    const what = `domain "${name}" on host "${host.name}"`;
    const isKnown = found.stored.uuid === state?.uuid;
    claim(found.stored.mark, { what, owner: args.owner, previous: state?.owner, adopt: args.adopt, isKnown });
  }
  const uuid = found?.stored.uuid ?? args.uuid;
  const mark = makeMark(args.owner, args.incarnation, found?.stored.mark);
  const definition = await definitionOf(host, { ...args, uuid }, found?.stored, context.signal);
  const document = args.xml === undefined ? domainXml(definition, mark) : overrideXml(args.xml, { name, uuid, mark });

  await host.makeDirectory(host.paths.consoles);
  context.progress("defining");
  await define(host, "define", document);
  const restart = found !== undefined && needsRestart(found, definition, args);
  if (found?.live !== undefined && args.xml === undefined && args.running && !restart) {
    await syncInterfaces(host, name, found.live.interfaces, definition.interfaces, context.signal);
  }
  const started = await syncPower(host, args, found, restart, context);
  if ((found?.autostart ?? false) !== args.autostart) await setDomainAutostart(host, name, args.autostart);
  const wait = started || state?.ready !== true;
  return settle(host, { ...args, uuid }, { wait, expectedKey: started ? undefined : state?.hostKey }, context);
}

/** @returns whether the guest was started */
async function syncPower(
  host: Host,
  args: CheckedArgs,
  found: ObservedDomain | undefined,
  restart: boolean,
  context: Context,
): Promise<boolean> {
  const isOn = found?.live !== undefined;
  if (isOn && (restart || !args.running)) {
    await stopDomain(host, args.name, { ...context, grace: args.shutdownGrace });
  }
  if (!args.running) return false;
  if (isOn && !restart) {
    if (found.powerState === "paused") await resumeDomain(host, args.name);
    return false;
  }
  context.progress("starting");
  await startDomain(host, args.name);
  return true;
}

function checked(args: DomainArgs): CheckedArgs {
  const { name, uuid } = args;
  if (name === undefined || uuid === undefined) throw new TypeError("Cannot reconcile a domain that was not checked");
  return { ...args, name, uuid };
}
