import { applyIgnoreChanges } from "../ignore-changes.js";
import * as adapter from "../providers/adapter.js";
import type { ResolvedHandler } from "../providers/providers.js";
import type { ResourceState } from "../state/resource.js";
import type { PropertyMap } from "../values/value.js";
import type { Deployment } from "./deployment.js";
import { StepFailed } from "./executor.js";
import type { Goal } from "./goal.js";

/**
 * Lets the handler validate and complete what the program declares.
 * @param subject.remembered the resource whose inputs are taken over where nothing else is said
 * @throws {StepFailed} when it is not valid; every problem has been reported
 */
export async function checkInputs(
  deployment: Deployment,
  goal: Goal,
  { resolved, urn, remembered }: { resolved: ResolvedHandler; urn: string; remembered: ResourceState | undefined },
): Promise<PropertyMap> {
  const { inputs: wanted, remarks } =
    remembered === undefined
      ? { inputs: goal.inputs, remarks: [] }
      : applyIgnoreChanges(remembered.inputs, goal.inputs, goal.ignoreChanges);
  for (const message of remarks) deployment.emit({ kind: "diagnostic", severity: "info", urn, message });
  // What an interrupted creation chose (names, paths, incarnation) is chosen again, so that what it left is found and adopted.
  const begun = resolved.own ? deployment.interrupted.get(urn) : undefined;
  const olds = (remembered ?? begun)?.inputs ?? {};
  const { inputs, failures } = await adapter.check(resolved.handler, olds, wanted);
  if (failures.length === 0) return inputs;
  for (const { property, reason } of failures) {
    const where = property === "" ? "" : `. Examine values at '${goal.name}.${property}'`;
    deployment.executor.fail(`${goal.type} resource '${goal.name}' has a problem: ${reason}${where}`, urn);
  }
  throw new StepFailed("invalid resource");
}
