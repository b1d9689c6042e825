import { describe, test } from "node:test";
import { compare } from "./support/compare.js";
import { crossings, restOf, restore, storyOf } from "./support/crossings.js";
import { embedded, pulumi, pulumiMissing } from "./support/engines.js";
import { expected } from "./support/expected.js";
import { GAPS } from "./support/gaps.js";
import { titleOf } from "./support/suite.js";
import { tellIn } from "./support/tell.js";
import { makeWorld } from "./support/world.js";

const skip =
  pulumiMissing() ?? (process.env.PULUMI_KVM_LONG === "1" ? false : "the Pulumi CLI goes on only with --long");

describe("crossing over", { concurrency: 2 }, () => {
  for (const crossing of crossings) {
    const story = storyOf(crossing);
    const { steps, told } = restOf(crossing);
    const gap = GAPS[titleOf(story)];
    const todo = gap === undefined ? {} : { todo: gap };
    const rest = () => expected(story).slice(told);

    test(`the embedded engine goes on with ${crossing.shows} where Pulumi left it`, todo, async () => {
      using world = makeWorld({ options: story.options });
      restore(crossing, world);
      const observed = await tellIn(world, embedded, steps);
      compare({ steps, observed, expected: rest(), who: "the embedded engine" });
    });

    test(`Pulumi goes on with ${crossing.shows} where the embedded engine left it`, { skip, ...todo }, async () => {
      using world = makeWorld({ options: story.options });
      await embedded.prepare(world);
      await tellIn(world, embedded, story.steps.slice(0, crossing.after));
      const observed = await tellIn(world, pulumi, steps);
      compare({ steps, observed, expected: rest(), who: "the Pulumi CLI" });
    });
  }
});
