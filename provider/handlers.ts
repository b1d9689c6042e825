import { hostname, userInfo } from "node:os";
import type { z } from "zod";
import { type CommonArgs, declaredOnly, type ResourceDefinition } from "./definition.js";
import { diffProperties } from "./diff.js";
import { CreatedButBroken, messageOf } from "./errors.js";
import type { CheckResult, DiffResult, Handler, OperationContext, Properties } from "./handler.js";
import type { HostConnection } from "./host/connection.js";
import { configureHosts, connectHost } from "./host/connections.js";
import type { Host } from "./host/host.js";
import { newIncarnation } from "./names.js";
import { parse } from "./schema.js";
import type { Standalone } from "./standalone.js";

/** `__provider` is Pulumi's, not ours; it must be in everything that we answer, or later operations find no handler. */
const PROVIDER = "__provider";

interface Tools {
  context: Required<OperationContext>;
  host: () => Promise<Host>;
}

type StandaloneContext = (type: string, name: string) => Standalone;

/** Makes an engine's handler of a definition. */
export function toHandler<Args extends CommonArgs, State extends Args>(
  definition: ResourceDefinition<Args, State>,
  standalone: StandaloneContext,
): Handler {
  const outputs = (state: State, declared: Properties, provider: unknown): Properties => ({
    ...declaredOnly(definition, state as Properties, declared),
    [PROVIDER]: provider,
  });

  async function reconcile(news: Properties, olds: Properties | undefined, given?: OperationContext): Promise<State> {
    const args = without(news) as unknown as Args;
    const state = olds === undefined ? undefined : (without(olds) as unknown as State);
    return withContext(definition.type, news, given, async (context) => {
      const host = hostOf(news);
      try {
        return await definition.reconcile({ args, state, context, host });
      } catch (error) {
        const existing = olds === undefined ? await halfMade(args, { context, host }) : undefined;
        const broken =
          error instanceof CreatedButBroken ? error : existing && new CreatedButBroken(messageOf(error), existing);
        if (broken === undefined) throw error;
        broken.id = definition.id(broken.properties as unknown as State);
        broken.properties = outputs(broken.properties as unknown as State, news, news[PROVIDER]);
        throw broken;
      }
    });
  }

  /** What a failed creation left behind. Without it the state would forget it. */
  async function halfMade(args: Args, tools: Tools): Promise<Properties | undefined> {
    const signal = new AbortController().signal;
    const left = await leftBy(args, { ...tools, context: { ...tools.context, signal } }).catch(() => undefined);
    return left as Properties | undefined;
  }

  /** What a creation with these args made, if there is anything. */
  async function leftBy(args: Args, tools: Tools): Promise<State | undefined> {
    const found = await definition.read({ ...tools, state: args as unknown as State });
    const isOurs = found?.incarnation === args.incarnation && found.owner.urn === args.owner.urn;
    return isOurs && definition.exists?.(found) === true ? found : undefined;
  }

  return {
    configure: ({ config }) => configureHosts(config.get("kvm:hosts")),

    check: async (olds, news) => check(definition, olds, news),

    async diff(_id, olds, news): Promise<DiffResult> {
      const observed = without(olds);
      const wanted = without(news);
      const found = diffProperties(definition.args, observed, wanted);
      const details = definition.refineDiff?.(found, observed as State, wanted as unknown as Args) ?? found;
      const replaces = details.filter((change) => change.impact === "replace").map((change) => topLevel(change.path));
      return {
        changes: details.length > 0,
        replaces: [...new Set(replaces)],
        deleteBeforeReplace: replaces.length > 0 && definition.deleteBeforeReplace,
        details,
      };
    },

    async create(inputs, context) {
      const state = await reconcile(inputs, undefined, context);
      return { id: definition.id(state), outs: outputs(state, inputs, inputs[PROVIDER]) };
    },

    async findInterrupted(inputs, given) {
      const args = without(inputs) as unknown as Args;
      const found = await withContext(definition.type, inputs, given, (context) =>
        leftBy(args, { context, host: hostOf(inputs) }),
      );
      return found && { id: definition.id(found), props: outputs(found, inputs, inputs[PROVIDER]) };
    },

    async update(_id, olds, news, context) {
      return { outs: outputs(await reconcile(news, olds, context), news, news[PROVIDER]) };
    },

    async read(id, props, given) {
      const state = without(props) as State;
      const found = await withContext(definition.type, props, given, (context) =>
        definition.read({ state, context, host: hostOf(props) }),
      );
      if (found === undefined) return {};
      const observed = outputs(found, props, props[PROVIDER]);
      return { id, props: observed, inputs: { ...inputsOf(definition.args, observed), [PROVIDER]: props[PROVIDER] } };
    },

    async delete(_id, props, given) {
      const state = without(props) as State;
      await withContext(definition.type, props, given, (context) =>
        definition.delete({ state, context, host: hostOf(props) }),
      );
    },
  };

  async function withContext<T>(
    type: string,
    props: Properties,
    given: OperationContext | undefined,
    work: (context: Required<OperationContext>) => Promise<T>,
  ): Promise<T> {
    if (given !== undefined) return work(complete(given));
    const { context, done } = standalone(type, String(props.name ?? props.source ?? ""));
    try {
      return await work(context);
    } finally {
      done();
    }
  }
}

function check<Args extends CommonArgs, State extends Args>(
  definition: ResourceDefinition<Args, State>,
  olds: Properties,
  news: Properties,
): CheckResult {
  const owner = { realm: defaultRealm(olds), ...(news.owner as object | undefined) };
  const incarnation = olds.incarnation ?? newIncarnation();
  const parsed = parse(definition.args, { ...without(news), owner, incarnation });
  if ("failures" in parsed) return { inputs: news, failures: parsed.failures };
  const given = parsed.value as unknown as Args;
  const failures = definition.validate?.(given) ?? [];
  const args = failures.length > 0 ? given : (definition.derive?.(given, olds as Partial<Args>) ?? given);
  const inputs = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  return { inputs: { ...inputs, [PROVIDER]: news[PROVIDER] }, failures };
}

/** Two people's equal stacks are told apart by who first created them, unless `kvm:realm` says otherwise. */
function defaultRealm(olds: Properties): string {
  const old = (olds.owner as { realm?: string } | undefined)?.realm;
  return old || `${userName()}@${hostname()}`;
}

/** In containers the user often has a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

/** A host is asked for only when it is needed. `Host` itself calls its own connection `connection`. */
function hostOf(props: Properties): () => Promise<Host> {
  return async () => connectHost((props.host ?? props.connection) as HostConnection);
}

function inputsOf(schema: z.ZodObject, outputs: Properties): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name in schema.shape));
}

function without(props: Properties): Properties {
  const { [PROVIDER]: _provider, ...rest } = props;
  return rest;
}

function topLevel(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function complete(given: OperationContext): Required<OperationContext> {
  return {
    signal: given.signal ?? new AbortController().signal,
    progress: (message, fraction) => given.progress?.(message, fraction),
    log: (severity, message) => given.log?.(severity, message),
    idle: (wait) => given.idle?.(wait) ?? wait(),
  };
}
