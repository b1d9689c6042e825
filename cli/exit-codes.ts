/** The exit codes of the Pulumi CLI, so that scripts carry over. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  stackNotFound: 6,
  unexpectedChanges: 7,
  canceled: 8,
} as const;

/** An ending with a code of its own. */
export class CliError extends Error {
  code: number;

  constructor(message: string, code: number = EXIT.failed) {
    super(message);
    this.name = "CliError";
    this.code = code;
  }
}
