import type { ResourceState } from "../engine/state/resource.js";
import { nameOf } from "./render/line.js";

export interface TreeFlags {
  showIds?: boolean;
  showUrns?: boolean;
}

/** The resources below their parents: rows of type and name, and what else was asked for in rows of its own. */
export function treeRows(resources: readonly ResourceState[], flags: TreeFlags): string[][] {
  const urns = new Set(resources.map(({ urn }) => urn));
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const parentOf = (state: ResourceState) =>
    state.parent !== undefined && urns.has(state.parent) ? state.parent : state === root ? undefined : root?.urn;
  const childrenOf = (urn: string | undefined) => resources.filter((state) => parentOf(state) === urn);

  function rows(state: ResourceState, padding: string, branch: string): string[][] {
    // Two halves of a replacement share a URN; what is below belongs to the one that stays.
    const children = state.delete ? [] : childrenOf(state.urn);
    const inner = padding + (branch === "├─ " ? "│  " : branch === "" ? "" : "   ");
    const details = [
      ...(flags.showUrns ? [`URN: ${state.urn}`] : []),
      ...(flags.showIds && state.id !== undefined && state.id !== "" ? [`ID: ${state.id}`] : []),
    ];
    return [
      [`${padding}${branch}${state.type}`, nameOf(state.urn)],
      ...details.map((text) => [`${inner}${children.length > 0 ? "│  " : "   "}${text}`]),
      ...children.flatMap((child, index) => rows(child, inner, index === children.length - 1 ? "└─ " : "├─ ")),
    ];
  }

  return childrenOf(undefined).flatMap((state) => rows(state, "", ""));
}
