import { z } from "zod";
import { formatPath } from "../diagnostics.js";
import type { DiskKind, PlanContext } from "../kind.js";
import { count, type Fields, oneOf, type Shape, text } from "../reader.js";
import { checkFileExists, checkVariables, expand, localPath } from "./local-file.js";
import { checkSetup, planSetup, setupShape } from "./setup.js";

/** Where the distributions publish the images that kvm-compose has names for. */
const published = {
  ubuntu_18_04: "https://cloud-images.ubuntu.com/releases/18.04/release/ubuntu-18.04-server-cloudimg-amd64.img",
  ubuntu_20_04: "https://cloud-images.ubuntu.com/releases/20.04/release/ubuntu-20.04-server-cloudimg-amd64.img",
  ubuntu_22_04: "https://cloud-images.ubuntu.com/releases/22.04/release/ubuntu-22.04-server-cloudimg-amd64.img",
  cirros_0_6_2: "https://download.cirros-cloud.net/0.6.2/cirros-0.6.2-x86_64-disk.img",
};

type ImageName = keyof typeof published;

const shape = {
  name: oneOf(Object.keys(published) as [ImageName, ...ImageName[]]).optional(),
  path: text.optional(),
  url: text.optional(),
  checksum: z
    .string("must be text")
    .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/i, "must be sha256: or sha512: and the hexadecimal digest")
    .optional(),
  expand_gigabytes: count.max(65_535, "must be at most 65535").optional(),
  ...setupShape,
} satisfies Shape;

/** A base image with cloud-init. */
export const cloudImage: DiskKind<Fields<typeof shape>> = {
  key: "cloud_image",
  read(value, path, reader) {
    const before = reader.report.problems.length;
    const options = reader.object(shape, value, path);
    const isTold = reader.report.problems.slice(before).some(({ severity }) => severity === "error");
    const { name, path: local, url } = options ?? {};
    if (options !== undefined && !isTold && (name ?? local ?? url) === undefined) {
      reader.report.error("missing", path, `${formatPath(path)} names no image: add name, path or url`);
    }
    return options;
  },

  check(options, path, context) {
    const { name, path: local, url, checksum } = options;
    const { report } = context;
    if (local !== undefined && url !== undefined) {
      report.error("value", [...path, "url"], "an image comes from a path or from a url; keep one of them");
    }
    if (local !== undefined && checkVariables(local, [...path, "path"], context)) {
      checkFileExists(expand(local, context), { path: [...path, "path"], what: "the image" }, context);
    }
    if (url !== undefined && checkVariables(url, [...path, "url"], context) && !isUrl(expand(url, context))) {
      report.error("value", [...path, "url"], "the image's url must begin with http:// or https:// and have no blanks");
    }
    if (checksum !== undefined && (local ?? url) === undefined) {
      report.error("value", [...path, "checksum"], "a checksum belongs to an image with path or url");
    }
    if (name === "cirros_0_6_2" && (local ?? url) === undefined) {
      const lack = "cirros_0_6_2 has no cloud-init: user, addresses and names do not reach the guest";
      report.warn("no-effect", [...path, "name"], lack);
    }
    checkSetup(options, path, context);
  },

  plan(options, context) {
    const { checksum, expand_gigabytes: grow } = options;
    const source = sourceOf(options, context);
    return {
      image: context.image({ source, ...(checksum === undefined ? {} : { checksum }) }),
      ...(grow === undefined ? {} : { grow }),
      readonly: false,
      answers: source !== published.cirros_0_6_2,
      setup: planSetup(options, context),
    };
  },
};

/** A path or URL of one's own takes the place of the published image. */
function sourceOf({ name, path: local, url }: Fields<typeof shape>, context: PlanContext): string {
  if (local !== undefined) return localPath(expand(local, context), context);
  return url === undefined ? published[name ?? "ubuntu_22_04"] : expand(url, context);
}

function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}
