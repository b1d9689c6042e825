/** The types of this package, as the state names them. */
const TYPE = /^pulumi-nodejs:dynamic\/kvm:(\w+)$/;

/** What is slow to make and does not run: it stays in the state, so that the next `up` takes it as it is. */
const LASTING = new Set(["Host", "KeyPair", "Image", "GoldenImage", "Clone", "Seed"]);

/** Whether a resource is still there after `down`. */
export function outlastsDown({ type }: { type: string }): boolean {
  return LASTING.has(TYPE.exec(type)?.[1] ?? "");
}

export function isDomain({ type }: { type: string }): boolean {
  return TYPE.exec(type)?.[1] === "Domain";
}
