import type {
  Handler,
  InitializationFailure,
  OperationContext,
  Properties,
  PropertyChange,
} from "../../provider/handler.js";
import { type DiffAnswer, PROVIDER_KEY } from "../planner.js";
import type { ResourceState } from "../state/resource.js";
import { remarkSecrets } from "../values/mark-secrets.js";
import { fromPlain, toHashedPlain, toPlain } from "../values/plain.js";
import type { PropertyMap } from "../values/value.js";

/**
 * The handler's operations on the engine's values: secrets go in clear and are marked again on what comes back, and the
 * provider's code stays a property, which Pulumi's server of dynamic providers does too.
 */
export interface Checked {
  inputs: PropertyMap;
  failures: { property: string; reason: string }[];
}

export async function check(handler: Handler, olds: PropertyMap, news: PropertyMap): Promise<Checked> {
  const { inputs, failures } = await handler.check(toPlain(olds), toPlain(news));
  return { inputs: receive(inputs, news), failures: failures ?? [] };
}

/** @param news checked inputs; values may be unknown */
export async function diff(
  handler: Handler,
  old: Pick<ResourceState, "id" | "outputs">,
  news: PropertyMap,
): Promise<DiffAnswer & { details: PropertyChange[] }> {
  const answer = await handler.diff(old.id ?? "", toHashedPlain(old.outputs), toHashedPlain(news));
  return {
    changes: answer.changes,
    replaces: answer.replaces ?? [],
    deleteBeforeReplace: answer.deleteBeforeReplace ?? false,
    details: answer.details ?? [],
  };
}

export async function create(
  handler: Handler,
  inputs: PropertyMap,
  context: OperationContext,
): Promise<{ id: string; outputs: PropertyMap }> {
  const { id, outs } = await handler.create(toPlain(inputs), context);
  if (typeof id !== "string" || id === "")
    throw new Error("Cannot record the created resource: its provider answered no id");
  return { id, outputs: receive(outs, inputs) };
}

export async function update(
  handler: Handler,
  old: ResourceState,
  inputs: PropertyMap,
  context: OperationContext,
): Promise<PropertyMap> {
  const { outs } = await handler.update(old.id ?? "", toHashedPlain(old.outputs), toPlain(inputs), context);
  return receive(outs, inputs);
}

/** @returns `undefined` when the thing is gone */
export async function read(
  handler: Handler,
  old: Pick<ResourceState, "id" | "inputs" | "outputs">,
  context: OperationContext,
): Promise<{ id: string; inputs: PropertyMap; outputs: PropertyMap } | undefined> {
  const { id, props, inputs } = await handler.read(old.id ?? "", toHashedPlain(old.outputs), context);
  if (id === undefined || id === "" || props === undefined) return undefined;
  return {
    id,
    outputs: receive(props, old.outputs),
    inputs: inputs === undefined ? old.inputs : receive(inputs, old.inputs),
  };
}

/** @returns `undefined` when an interrupted creation has left nothing, or the handler cannot tell */
export async function findInterrupted(
  handler: Handler,
  inputs: PropertyMap,
  context: OperationContext,
): Promise<{ id: string; outputs: PropertyMap } | undefined> {
  const found = await handler.findInterrupted?.(toPlain(inputs), context);
  return found && { id: found.id, outputs: receive(found.props, inputs) };
}

export async function remove(handler: Handler, old: ResourceState, context: OperationContext): Promise<void> {
  await handler.delete(old.id ?? "", toHashedPlain(old.outputs), context);
}

/** Whether an error of `create` or `update` says that the thing exists but is not healthy. */
export function isInitializationFailure(error: unknown): error is InitializationFailure {
  const { id } = error as Partial<InitializationFailure>;
  return error instanceof Error && typeof id === "string" && id !== "";
}

/** What is left of a thing after an initialization failure. */
export function unhealthyOutputs(failure: InitializationFailure, inputs: PropertyMap): PropertyMap {
  return receive(failure.properties, inputs);
}

function receive(answered: Properties | undefined, sent: PropertyMap): PropertyMap {
  const code = sent[PROVIDER_KEY];
  const values = { ...fromPlain(answered ?? {}), ...(code === undefined ? {} : { [PROVIDER_KEY]: code }) };
  return remarkSecrets(values, sent);
}
