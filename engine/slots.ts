/** Limits how much work runs at once. */
export interface Slots {
  acquire(): Promise<void>;
  release(): void;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async acquire() {
      if (free > 0) {
        free -= 1;
        return;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    release() {
      // A slot goes straight to the next in line, so nobody can take it in between.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
