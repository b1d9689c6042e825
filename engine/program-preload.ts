/**
 * Printing an error in colour never ends in Node 20 when its stack names a file directly below a scope, as the source maps
 * of Pulumi's SDK make it do: a failing program would compute for half a minute before it says what is wrong. So errors are
 * printed without colour, which suits events anyway.
 */
const PLAIN_ERRORS = `
  const inspect = util.inspect;
  const plain = (value, options) => value instanceof Error && options?.colors ? { ...options, colors: false } : options;
  util.inspect = Object.assign((value, options, ...rest) => inspect(value, plain(value, options), ...rest), inspect);
`;

/**
 * Pulumi's SDK loads a compiler and a package manager at every start, to serialize functions. Most programs have none to
 * serialize; theirs start 0.3 s sooner when the two are loaded at their first use.
 */
const LAZY_COMPILER = `
  const load = Module._load;
  const isHeavy = (request, parent) =>
    (request === "@npmcli/arborist" || request.endsWith("/typescript-shim")) &&
    /[/]@pulumi[/]pulumi[/]runtime[/]closure[/]/.test(parent?.filename ?? "");
  const lazy = (get) => new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : get()[key]) });
  Module._load = function (request, parent, ...rest) {
    if (!isHeavy(request, parent)) return load.call(this, request, parent, ...rest);
    let loaded;
    return lazy(() => (loaded ??= load.call(this, request, parent, ...rest)));
  };
`;

/** A module for node's --import that runs before a program, in its process. */
export const PROGRAM_PRELOAD = `data:text/javascript,${encodeURIComponent(
  `import Module from "node:module"; import util from "node:util"; ${PLAIN_ERRORS} ${LAZY_COMPILER}
//# sourceURL=kvm-compose-preload`,
)}`;
