import { CreatedButBroken } from "../../provider/errors.js";
import type { Handler, OperationContext, Properties, PropertyChange } from "../../provider/handler.js";

const PROVIDER = "exports.handler = () => {}";

export interface SubjectOptions {
  project?: string;
  stack?: string;
  realm?: string;
  context?: OperationContext;
}

/** One declared resource, driven through its handler in the order in which an engine would drive it. */
export class Subject {
  id: string | undefined;
  inputs: Properties = {};
  outputs: Properties = {};
  /** Created or updated, but reported as not healthy: the next `up` updates even without a difference. */
  broken = false;
  /** What the handler told the user meanwhile. */
  readonly said: string[] = [];

  constructor(
    private readonly handler: Handler,
    private readonly type: string,
    public name: string,
    private readonly options: SubjectOptions = {},
  ) {}

  get urn(): string {
    const { stack = "dev", project = "lab" } = this.options;
    return `urn:pulumi:${stack}::${project}::pulumi-nodejs:dynamic/kvm:${this.type}::${this.name}`;
  }

  /** The differences between what was observed last and what is declared. A thing that is not there is `undefined`. */
  async preview(args: Properties): Promise<PropertyChange[] | undefined> {
    if (this.id === undefined) return undefined;
    const { details } = await this.handler.diff(this.id, wire(this.outputs), await this.check(args));
    return wire({ details }).details as PropertyChange[];
  }

  /** Makes it so. Answers what had changed: nothing for a thing that was missing. */
  async up(args: Properties): Promise<PropertyChange[]> {
    if (this.id === undefined) {
      await this.create(args);
      return [];
    }
    const news = await this.check(args);
    const diff = await this.handler.diff(this.id, wire(this.outputs), news);
    if (diff.replaces.length > 0) await this.replace(args, diff.deleteBeforeReplace);
    else if (diff.changes || this.broken) await this.update(news);
    return diff.details;
  }

  /** Observes the thing. @returns whether it is there */
  async refresh(): Promise<boolean> {
    if (this.id === undefined) return false;
    const found = await this.handler.read(this.id, wire(this.outputs), this.context());
    if (found.id === undefined) {
      this.forget();
      return false;
    }
    this.outputs = wire(found.props ?? {});
    this.inputs = wire(found.inputs ?? {});
    return true;
  }

  async destroy(): Promise<void> {
    if (this.id === undefined) return;
    await this.handler.delete(this.id, wire(this.outputs), this.context());
    this.forget();
  }

  /** As if the state had been lost. */
  forget(): void {
    this.id = undefined;
    this.inputs = {};
    this.outputs = {};
    this.broken = false;
  }

  /** A second holder of the same state, such as the old half of a replacement. */
  copy(): Subject {
    const made = new Subject(this.handler, this.type, this.name, this.options);
    return Object.assign(made, { id: this.id, inputs: wire(this.inputs), outputs: wire(this.outputs) });
  }

  /** The checked inputs. @throws when an argument is refused */
  async check(args: Properties, olds = this.inputs): Promise<Properties> {
    const { realm } = this.options;
    const owner = { urn: this.urn, ...(realm === undefined ? {} : { realm }) };
    const { inputs, failures } = await this.handler.check(
      wire(olds),
      wire({ ...args, owner, __provider: PROVIDER }) as Properties,
    );
    if (failures.length > 0) throw new TypeError(failures.map((one) => `${one.property}: ${one.reason}`).join("; "));
    return wire(inputs);
  }

  private async create(args: Properties): Promise<void> {
    const inputs = await this.check(args, {});
    await this.keepWhenBroken(inputs, async () => {
      const { id, outs } = await this.handler.create(inputs, this.context());
      return { id, outs };
    });
  }

  private async update(news: Properties): Promise<void> {
    const id = this.id ?? "";
    await this.keepWhenBroken(news, async () => {
      const { outs } = await this.handler.update(id, wire(this.outputs), news, this.context());
      return { id, outs };
    });
  }

  private async replace(args: Properties, deleteFirst: boolean): Promise<void> {
    const old = this.copy();
    if (deleteFirst) await old.destroy();
    await this.create(args);
    if (!deleteFirst) await old.destroy();
  }

  private async keepWhenBroken(inputs: Properties, work: () => Promise<{ id: string; outs: Properties }>) {
    const keep = (id: string, outs: Properties) => {
      if (outs.__provider !== PROVIDER) throw new Error("the handler's answer has lost __provider");
      Object.assign(this, { id, inputs, outputs: wire(outs) });
    };
    try {
      const { id, outs } = await work();
      keep(id, outs);
      this.broken = false;
    } catch (error) {
      if (error instanceof CreatedButBroken) {
        keep(error.id, error.properties);
        this.broken = true;
      }
      throw error;
    }
  }

  private context(): OperationContext {
    return {
      progress: (message) => this.said.push(message),
      log: (_severity, message) => this.said.push(message),
      ...this.options.context,
    };
  }
}

/** What arrives on the other side of a gRPC connection: `undefined` is dropped. */
export function wire<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
