import type { Deployment } from "../deployment/deployment.js";
import { providerMessages, type resourceMessages } from "../protocol.js";
import { readStackOutputs } from "../providers/stack-reference.js";
import { fromPlain } from "../values/plain.js";
import { fromStruct, toStruct } from "../values/rpc.js";
import type { PropertyMap } from "../values/value.js";

/**
 * Answers the functions of the engine itself.
 * @throws {Error} for functions of plugins
 */
export async function invoke(
  run: Deployment,
  request: resourceMessages.ResourceInvokeRequest,
): Promise<providerMessages.InvokeResponse> {
  const result = await call(run, request.getTok(), fromStruct(request.getArgs()));
  return new providerMessages.InvokeResponse().setReturn(
    toStruct(result, { secrets: true, resources: request.getAcceptresources() }),
  );
}

async function call(run: Deployment, token: string, args: PropertyMap): Promise<PropertyMap> {
  switch (token) {
    case "pulumi:pulumi:getResource":
      return getResource(run, String(args.urn));
    case "pulumi:pulumi:readStackOutputs":
      return fromPlain(await readStackOutputs(run.stacks, String(args.name)));
    default:
      throw new Error(
        `Cannot call function "${token}": the embedded engine runs no Pulumi plugins; use the Pulumi CLI on this stack`,
      );
  }
}

/** How a program gets at the resource that a reference names. */
function getResource({ progress }: Deployment, urn: string): PropertyMap {
  const state = progress.registered.get(urn);
  if (state === undefined) throw new Error(`unknown resource ${urn}`);
  const { id, outputs, provider } = state;
  return { urn, id: id ?? "", state: outputs, ...(provider === undefined ? {} : { provider }) };
}
