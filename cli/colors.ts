import picocolors from "picocolors";

/** Colours for terminals only. The library would also colour what CI systems record, and pipes there. */
export const colors = picocolors.createColors(wantsColors(process.env));

function wantsColors({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== "0" : process.stdout.isTTY === true && TERM !== "dumb";
}
