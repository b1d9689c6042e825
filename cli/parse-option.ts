import { InvalidArgumentError } from "commander";

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return value;
}

export function truth(text: string): boolean {
  // `-r=false` reaches us with the sign.
  const value = text.replace(/^=/, "");
  if (value !== "true" && value !== "false") throw new InvalidArgumentError("It must be true or false.");
  return value === "true";
}

/** For options that may be given more than once. */
export function repeated(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

export function assignment(text: string, before: string[] | undefined): string[] {
  if (text.indexOf("=") < 1) throw new InvalidArgumentError("It must be <key>=<value>.");
  return repeated(text, before);
}
