import { type Import, importsOf } from "./imports.js";
import { finding, type Source } from "./sources.js";

interface Rule {
  /** The files it holds for. */
  files: RegExp;
  says: string;
  /** Whether an import breaks it. */
  forbids(imported: Import, importer: string): boolean;
}

const layer = (name: string) => name.split("/", 1)[0] ?? "";
/** common.ts holds the parts that the schemas of several resources share. */
const isResource = (name: string) => name.startsWith("provider/resources/") && !name.endsWith("/common.ts");
/** How names, addresses and links derive from a project: pure, and the same for everybody who derives them. */
const naming = "provider/names.ts";

/** The layers of ARCHITECTURE.md, each as what it must not import. */
const rules: Rule[] = [
  {
    files: /^engine\//,
    says: "engine/ may import provider/handler.js of the provider, and nothing of sdk/, compose/ and cli/",
    forbids: ({ own, target }) => own && layer(target) !== "engine" && target !== "provider/handler.ts",
  },
  {
    files: /^provider\//,
    says: "provider/ imports nothing of the layers above it",
    forbids: ({ own, target }) => own && layer(target) !== "provider",
  },
  {
    files: /^provider\/resources\//,
    says: "resources never import one another: references travel as property values",
    forbids: ({ target }, importer) => isResource(target) && target !== importer,
  },
  {
    files: /^provider\/host\//,
    says: "provider/host/ is the bottom: it imports neither resources nor what is built on hosts",
    forbids: ({ own, target, typeOnly }) =>
      own && !typeOnly && /^provider\/(resources|domain|image|bridge|guest|wait|dynamic)/.test(target),
  },
  {
    files: /^sdk\//,
    says: "sdk/ imports @pulumi/pulumi and provider/names.js, and only types of provider/handler.js and provider/resources/",
    forbids: ({ own, target, typeOnly }) => {
      if (!own) return !/^(@pulumi\/pulumi|node:)/.test(target);
      if (layer(target) === "sdk" || target === naming) return false;
      return !typeOnly || !(/^provider\/resources\//.test(target) || target === "provider/handler.ts");
    },
  },
  {
    files: /^compose\//,
    says: "compose/ imports sdk/, provider/names.js and nothing else of ours",
    forbids: ({ own, target }) => own && !["compose", "sdk"].includes(layer(target)) && target !== naming,
  },
  {
    files: /^cli\//,
    says: "cli/ is not made for scripts and tests to be part of it",
    forbids: ({ own, target }) => own && ["scripts", "test", "bench", "examples"].includes(layer(target)),
  },
  {
    files:
      /^(?!provider\/host\/|engine\/(program|provider[^/]*\.ts|providers\/)|scripts\/|test\/|bench\/|examples\/|cli\/main\.ts)/,
    says: "only provider/host/ and the engine's launchers start processes or dial",
    forbids: ({ target }) => /^(execa|(node:)?(child_process|net|tls|dgram|http|https|http2))$/.test(target),
  },
];

/** What breaks the layering. */
export function checkLayers(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    const broken = rules.filter(({ files }) => files.test(source.name));
    return importsOf(source).flatMap((imported) =>
      broken
        .filter(({ forbids }) => forbids(imported, source.name))
        .map(({ says }) => finding(source, imported.position, `imports ${imported.target}, but ${says}`)),
    );
  });
}
