import pc from "picocolors";

/** Colours on terminals only; picocolors alone would also use them in every CI log. */
export const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
