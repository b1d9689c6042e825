import type { Command } from "commander";
import { readStack } from "../../../engine/operations/read-stack.js";
import { providerUrn, type ResourceState } from "../../../engine/state/resource.js";
import { maskProperties } from "../../../engine/values/mask.js";
import { toPlain } from "../../../engine/values/plain.js";
import type { PropertyMap } from "../../../engine/values/value.js";
import { chooseStack } from "../../choose-stack.js";
import { run } from "../../define.js";
import { CliError } from "../../exit-codes.js";
import { type CommonFlags, defined } from "../../flags.js";
import { print, printJson } from "../../print.js";
import { nameOf } from "../../render/line.js";

export function addStateShow(group: Command): void {
  const command = group
    .command("show")
    .argument("<resource>", "its URN, or its name where no other resource has it")
    .description("Show what the state knows of a resource")
    .option("-j, --json", "as JSON")
    .option("--show-secrets", "secrets in clear");
  run(command, runShow);
}

async function runShow(
  flags: CommonFlags & { json?: boolean; showSecrets?: boolean },
  wanted: string | undefined,
): Promise<void> {
  const showSecrets = flags.showSecrets ?? false;
  const { resources } = await readStack({ ...(await chooseStack(flags)), showSecrets });
  const shown = describe(find(resources, wanted ?? ""), showSecrets ? toPlain : maskProperties);
  if (flags.json) return printJson(shown);
  for (const [name, value] of Object.entries(shown)) {
    if (Array.isArray(value)) print([`${name}:`, ...value.map((item) => `  ${item}`)].join("\n"));
    else if (typeof value !== "object" || value === null) print(`${name}: ${value}`);
    else {
      print(`${name}:`);
      for (const [key, inner] of Object.entries(value)) print(`  ${key}: ${JSON.stringify(inner)}`);
    }
  }
}

function find(resources: ResourceState[], wanted: string): ResourceState {
  const live = resources.filter((state) => !state.delete);
  const found = live.filter(({ urn }) => urn === wanted || nameOf(urn) === wanted);
  const [state, ...others] = found;
  if (state === undefined) {
    throw new CliError(
      `No such resource "${wanted}" exists in the current state\nTo list the resources in the stack, run \`kvm-compose state list\``,
    );
  }
  if (others.length === 0) return state;
  throw new CliError(
    `Cannot show "${wanted}": ${found.length} resources have that name; use one of their URNs:\n${found.map(({ urn }) => `  ${urn}`).join("\n")}`,
  );
}

function describe(state: ResourceState, show: (properties: PropertyMap) => Record<string, unknown>) {
  const { urn, type, id, parent, provider, dependencies, propertyDependencies, initErrors, created, modified } = state;
  // The handler's code is the same for all resources of a type and no property of this one.
  const own = ({ __provider, ...properties }: PropertyMap) => show(properties);
  return defined({
    name: nameOf(urn),
    type,
    urn,
    id,
    parent,
    provider: provider === undefined ? undefined : providerUrn(provider),
    protect: state.protect || undefined,
    external: state.external || undefined,
    created,
    modified,
    initErrors: initErrors.length === 0 ? undefined : initErrors,
    dependencies: [...new Set([...dependencies, ...Object.values(propertyDependencies).flat()])],
    inputs: own(state.inputs),
    outputs: own(state.outputs),
  });
}
