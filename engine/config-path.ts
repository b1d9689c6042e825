/** A configuration value's place: the key in `Pulumi.<stack>.yaml`, and the way from its value inwards. */
export interface ConfigPlace {
  /** `namespace:name` */
  key: string;
  inner: PathPart[];
}

/** A key of a map, or an index of a list. */
export type PathPart = string | number;

/**
 * Reads a configuration key as people write it: `name` is the project's, `namespace:name` anybody's.
 * @param options.path whether it goes on inside of the value: `name.key[0]["key with a dot"]`
 * @throws {Error}
 */
export function configPlace(project: string, text: string, { path }: { path: boolean }): ConfigPlace {
  const end = path ? text.search(/[.[]/) : -1;
  // A path may begin with a bracket; then everything is the path, and its first part is the name.
  const [head, tail] = end > 0 ? [text.slice(0, end), text.slice(end)] : end === 0 ? ["", text] : [text, ""];
  const { namespace, name } = splitKey(project, head, text);
  const [first, ...inner] = tail === "" ? [name] : [...(head === "" ? [] : [name]), ...parsePath(tail)];
  if (typeof first !== "string") {
    throw new Error(`invalid configuration key: the first part of the path "${text}" must be a name`);
  }
  if (first === "") throw new Error("invalid configuration key: it must not be empty");
  return { key: `${namespace}:${first}`, inner };
}

/** Whether a key of the file means a place; older versions of Pulumi wrote `namespace:config:name`. */
export function isKeyOf(written: string, { key }: ConfigPlace, project: string): boolean {
  const { namespace, name } = splitKey(project, written, written);
  return `${namespace}:${name}` === key;
}

function splitKey(project: string, head: string, text: string): { namespace: string; name: string } {
  const parts = head.split(":");
  const [first = "", second = "", third] = parts;
  if (parts.length === 1) return { namespace: project, name: first };
  if (parts.length === 2 && first !== "") return { namespace: first, name: second };
  if (parts.length === 3 && second === "config" && third !== undefined) return { namespace: first, name: third };
  throw new Error(
    `invalid configuration key: could not parse ${text} as a configuration key (configuration keys should be of the form \`<namespace>:<name>\`)`,
  );
}

function parsePath(text: string): PathPart[] {
  const parts: PathPart[] = [];
  const pattern = /\.?([^.[\]"]+)|\.?\[(\d+)\]|\.?\["((?:[^"\\]|\\.)*)"\]/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    // A name directly behind a bracket would need a dot.
    const glued = found?.[1] !== undefined && at > 0 && text[at] !== ".";
    if (found === null || glued)
      throw new Error(`invalid config key path: "${text}" cannot be read from "${text.slice(at)}" on`);
    const [, name, index, quoted] = found;
    parts.push(index === undefined ? (name ?? quoted?.replace(/\\(.)/g, "$1") ?? "") : Number(index));
  }
  return parts;
}
