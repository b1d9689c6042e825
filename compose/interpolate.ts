/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * `${NAME}` and `${NAME:-default}`, as a shell reads them: an empty variable takes the default too. Anything else with a
 * dollar stays as it is.
 * @returns the text, and the variables that are needed and not set
 */
export function interpolate(text: string, environment: Environment): { text: string; missing: string[] } {
  const missing: string[] = [];
  const result = text.replace(reference, (_, name: string, fallback: string | undefined) => {
    const value = (Object.hasOwn(environment, name) ? environment[name] : undefined) || fallback;
    if (value === undefined) missing.push(name);
    return value ?? "";
  });
  return { text: result, missing };
}
