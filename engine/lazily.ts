/** Something made when it is first asked for, and only once. */
export interface Lazy<T> {
  get(): Promise<T>;
  /** What was made, or is being made; `undefined` when nobody asked. */
  started(): Promise<T> | undefined;
}

export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      made ??= make();
      return made;
    },
    started: () => made,
  };
}
