import { randomUUID } from "node:crypto";
import { UNKNOWN } from "../../provider/handler.js";
import { DYNAMIC_PACKAGE } from "../providers/providers.js";
import type { ResourceState } from "../state/resource.js";
import { formatUrn, packageOf } from "../urn.js";
import { equal } from "../values/equal.js";
import { applyStep } from "./apply.js";
import type { Deployment } from "./deployment.js";
import { blankState, keepIfEqual } from "./desired.js";
import { step } from "./step.js";

/**
 * The provider of a package's resources, which the state holds as a resource of its own. It is made when the first resource
 * needs it, and keeps its id for life.
 * @returns its reference: `<urn>::<id>`
 */
export function defaultProvider(deployment: Deployment, type: string): Promise<string> {
  const { defaultProviders } = deployment.progress;
  const name = packageOf(type);
  const known = defaultProviders.get(name) ?? registerDefaultProvider(deployment, name);
  defaultProviders.set(name, known);
  return known;
}

async function registerDefaultProvider(deployment: Deployment, packageName: string): Promise<string> {
  const { project, stack, olds, progress, preview } = deployment;
  const type = `pulumi:providers:${packageName}`;
  const urn = formatUrn({ stack, project: project.name, qualifiedType: type, name: "default" });
  // The provider of dynamic resources is configured with all that the stack has, the engine's own with nothing.
  const config = packageName === DYNAMIC_PACKAGE ? deployment.config : {};
  const old = olds.get(urn);
  if (old !== undefined) progress.kept.add(old);
  const wanted: ResourceState = {
    ...blankState({ urn, type, custom: true }),
    id: old?.id ?? (preview ? UNKNOWN : randomUUID()),
    inputs: config,
    outputs: config,
    created: old?.created,
    modified: old?.modified,
  };
  const op = old === undefined ? "create" : equal(old.inputs, config) ? "same" : "update";
  const state = op === "same" ? keepIfEqual(old, wanted) : wanted;
  const planned = step(op, { old, new: state });
  const finished = await deployment.executor.run(planned, (context) => applyStep(deployment, planned, context), {
    light: true,
  });
  progress.registered.set(urn, finished);
  return `${urn}::${finished.id}`;
}
