import * as pulumi from "@pulumi/pulumi";

/**
 * One level below `pulumi.dynamic.Resource`, which serializes the provider's code into every resource's state. The input
 * `__provider` is a constant: old state runs with the code that is installed. The form of the constant, the type token and
 * the export path `pulumi-kvm/provider` are permanent.
 */
export abstract class KvmResource extends pulumi.CustomResource {
  /**
   * @param kind the name of the type, such as `Domain`
   * @param props inputs, and every output as `undefined`
   */
  protected constructor(kind: string, name: string, props: pulumi.Inputs, options: pulumi.CustomResourceOptions = {}) {
    const type = `pulumi-nodejs:dynamic/kvm:${kind}`;
    const realm = new pulumi.Config("kvm").get("realm");
    const owner = {
      urn: pulumi.createUrn(name, type, options.parent && urnOf(options.parent)),
      ...(realm === undefined ? {} : { realm }),
    };
    super(type, name, { ...props, owner, incarnation: undefined, __provider: providerSource(kind) }, options);
  }
}

/**
 * A resource's URN as a plain promise. The output itself would make us depend on the parent, and depending on a component
 * means waiting for all its children: for ourselves.
 */
function urnOf(parent: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => {
    parent.urn.apply(resolve);
  });
}

function providerSource(kind: string): string {
  return `exports.handler = () => require("pulumi-kvm/provider").${kind}`;
}

/** The options with more outputs to keep secret. */
export function withSecretOutputs(
  options: pulumi.CustomResourceOptions | undefined,
  names: string[],
): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions(options, { additionalSecretOutputs: names });
}

/** Leaves out what was not given: an explicit `undefined` is not the same as absent. */
export function given(props: pulumi.Inputs): pulumi.Inputs {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

/** The outputs that a class offers besides its inputs. */
export function outputs(...names: string[]): pulumi.Inputs {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
