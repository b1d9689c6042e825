import { stories } from "./scenarios/index.js";
import { suite, titleOf } from "./support/suite.js";

// PULUMI_KVM_PARITY tells only stories whose title it matches.
const wanted = new RegExp(process.env.PULUMI_KVM_PARITY ?? "");

suite(
  stories.filter((story) => wanted.test(titleOf(story))),
  { foreign: stories.length, live: stories.length },
);
