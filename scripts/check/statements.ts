import ts from "typescript";
import { finding, type Source } from "./sources.js";

/** Who talks to the user. provider/standalone.ts runs handlers in a process of their own, behind provider/dynamic.ts. */
const mayPrint = /^(cli|scripts|bench|test|examples)\/|^provider\/(dynamic|standalone)\.ts$/;
/** Programs are loaded with require by some of their users, and a module that awaits cannot be. */
const mustLoadAtOnce = /^(provider|sdk)\//;

/** Printing and exiting outside of the command line, and modules that wait while they load. */
export function checkStatements(sources: Source[]): string[] {
  return sources.flatMap((source) => [
    ...(mayPrint.test(source.name) ? [] : findPrinting(source)),
    ...(mustLoadAtOnce.test(source.name) ? findTopLevelAwait(source) : []),
  ]);
}

function findPrinting(source: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const text = node.getText(source.tree);
      if (/^(console\.\w+|process\.(stdout|stderr|exit|exitCode|argv))$/.test(text)) {
        found.push(
          finding(source, node.getStart(source.tree), `uses ${text}: only cli/ prints, reads arguments and exits`),
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return found;
}

function findTopLevelAwait(source: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    const waits = ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
    if (waits)
      found.push(
        finding(source, node.getStart(source.tree), "awaits at the top level: the module cannot be required then"),
      );
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return found;
}
