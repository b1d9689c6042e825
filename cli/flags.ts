/** What every command takes; names and meanings are those of the Pulumi CLI. */
export interface CommonFlags {
  /** Absolute. */
  cwd: string;
  stack?: string;
  /** Never ask, even at a terminal. */
  nonInteractive?: boolean;
}

/** How what happens is shown. */
export interface RenderFlags {
  diff?: boolean;
  json?: boolean;
  verbose?: boolean;
  showSecrets?: boolean;
}

export interface OperationFlags extends CommonFlags, RenderFlags {
  parallel?: number;
  refresh?: boolean;
  message?: string;
  config?: string[];
  configPath?: boolean;
  target?: string[];
  targetDependents?: boolean;
  exclude?: string[];
  excludeDependents?: boolean;
  replace?: string[];
  targetReplace?: string[];
  continueOnError?: boolean;
  expectNoChanges?: boolean;
  yes?: boolean;
  skipPreview?: boolean;
  previewOnly?: boolean;
}

/** Leaves out what was not given, as callees with exact optional properties want it. */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
