import type { Handler } from "../../provider/handler.js";
import { findPassphrase } from "../passphrase.js";
import { assertName } from "../project.js";
import { type Crypter, openCrypter } from "../secrets.js";
import { type Checkpoint, decodeResource } from "../state/checkpoint.js";
import { stackPaths } from "../state/layout.js";
import { loadState } from "../state/store.js";
import { ROOT_STACK_TYPE } from "../urn.js";
import { containsSecret, isMap, type PropertyMap, Secret, SIGNATURE, TAGS, type Value } from "../values/value.js";

export const STACK_REFERENCE_TYPE = "pulumi:pulumi:StackReference";

/** Where other stacks are found. */
export interface StackSource {
  /** The project that a name without one belongs to. */
  project: string;
  backendRoot: string;
  env: NodeJS.ProcessEnv;
  log(severity: "info", message: string): void;
}

/** What manages `pulumi.StackReference`: it only looks up. */
export function stackReferenceHandler(source: StackSource): Handler {
  const refuse = async () => {
    throw new Error(`Cannot manage a ${STACK_REFERENCE_TYPE}: it can only be looked up`);
  };
  return {
    check: refuse,
    diff: refuse,
    create: refuse,
    update: refuse,
    delete: async () => {},
    async read(id, props) {
      return { id, props: await readStackOutputs(source, String(props.name ?? id)), inputs: { name: props.name } };
    },
  };
}

/**
 * The outputs of another stack of the same back end, in the form that a provider answers them.
 * @param reference `stack`, `organization/stack` or `organization/project/stack`
 * @throws {Error} when there is no such stack
 */
export async function readStackOutputs(source: StackSource, reference: string): Promise<Record<string, unknown>> {
  const outputs = await outputsOf(source, reference);
  const secretOutputNames = Object.keys(outputs).filter((key) => containsSecret(outputs[key] ?? null));
  return { name: reference, outputs: marked(outputs), secretOutputNames: secretOutputNames.sort() };
}

async function outputsOf(source: StackSource, reference: string): Promise<PropertyMap> {
  const { project, stack } = parseReference(source, reference);
  const { checkpoint } = await loadState(stackPaths(source.backendRoot, project, stack));
  if (checkpoint === undefined) throw new Error(`unknown stack "${reference}"`);
  const root = checkpoint.resources.find(({ type }) => type === ROOT_STACK_TYPE);
  if (root === undefined) return {};
  const crypter = await crypterOf(source, checkpoint);
  if (crypter !== undefined) return decodeResource(root, crypter).outputs;
  source.log("info", `eliding undecryptable secrets for stack reference '${reference}'`);
  const { outputs } = decodeResource(root, { decrypt: () => "null" });
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => !containsSecret(value)));
}

function parseReference({ project }: StackSource, reference: string): { project: string; stack: string } {
  const parts = reference.split("/");
  const stack = parts.at(-1) ?? "";
  if (parts.length > 3 || (parts.length > 1 && parts[0] !== "organization")) {
    throw new Error(
      `Cannot read stack "${reference}": it must be <stack>, organization/<stack> or organization/<project>/<stack>`,
    );
  }
  const owner = parts.length === 3 ? (parts[1] ?? "") : project;
  assertName("project", owner);
  assertName("stack", stack);
  return { project: owner, stack };
}

/** @returns `undefined` when the stack has secrets that this run cannot open */
async function crypterOf(
  { backendRoot, env }: StackSource,
  { salt }: Checkpoint,
): Promise<Pick<Crypter, "decrypt"> | undefined> {
  const passphrase = await findPassphrase(backendRoot, env);
  if (salt === undefined || passphrase === undefined) return undefined;
  return openCrypter(passphrase.text, salt).catch(() => undefined);
}

function marked(value: Value): Value {
  if (value instanceof Secret) return { [SIGNATURE]: TAGS.secret, value: marked(value.value) };
  if (Array.isArray(value)) return value.map(marked);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, marked(part)])) : value;
}
