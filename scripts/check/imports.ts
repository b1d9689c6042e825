import path from "node:path";
import ts from "typescript";
import type { Source } from "./sources.js";

export interface Import {
  /** A file of ours as `provider/handler.ts`, or a package's name as written. */
  target: string;
  own: boolean;
  typeOnly: boolean;
  position: number;
}

/** All imports and re-exports of a file, dynamic ones included. */
export function importsOf({ name, tree }: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const own = specifier.text.startsWith(".");
    const target = own ? path.join(path.dirname(name), specifier.text).replace(/\.js$/, ".ts") : specifier.text;
    found.push({ target, own, typeOnly, position: specifier.getStart(tree) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Also when every single name is marked: nothing is loaded at run time then either. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.every((name) => name.isTypeOnly)
  );
}
