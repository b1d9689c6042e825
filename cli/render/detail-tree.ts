import { parsePropertyPath } from "../../engine/ignore-changes.js";
import { MASK } from "../../engine/values/mask.js";
import { differenceTree, type TreeLine, widest } from "./tree.js";

/** A difference that somebody named, with what is to be said after it. */
export interface NamedChange {
  path: string;
  old: unknown;
  new: unknown;
  remark: string;
}

/** Differences at paths as the tree that the paths span. */
export function detailTree(changes: readonly NamedChange[], depth: number): TreeLine[] {
  const root: Branch = { change: undefined, branches: new Map() };
  for (const change of changes) {
    let branch = root;
    for (const key of parsePropertyPath(change.path)) {
      const next = branch.branches.get(key) ?? { change: undefined, branches: new Map() };
      branch.branches.set(key, next);
      branch = next;
    }
    branch.change = change;
  }
  return branchTree(root, depth);
}

interface Branch {
  change: NamedChange | undefined;
  branches: Map<string, Branch>;
}

function branchTree({ branches }: Branch, depth: number): TreeLine[] {
  const width = widest([...branches.keys()]);
  return [...branches].flatMap(([key, branch]) => {
    const title = key.padEnd(width);
    const own = branch.change === undefined ? [] : changeTree(title, branch.change, depth);
    if (branch.branches.size === 0) return own;
    const inner = branchTree(branch, depth + 1);
    return [
      ...own,
      { depth, symbol: "~" as const, text: `${title}: {` },
      ...inner,
      { depth, symbol: "" as const, text: "}" },
    ];
  });
}

function changeTree(title: string, { old, new: wanted, remark }: NamedChange, depth: number): TreeLine[] {
  const [head, ...rest] = differenceTree(title, old, wanted, depth);
  // Somebody who saw more than we may show says that it differs.
  if (head === undefined) return [{ depth, symbol: "~", text: `${title}: ${MASK} => ${MASK}${remark}` }];
  return [{ ...head, text: `${head.text}${remark}` }, ...rest];
}
