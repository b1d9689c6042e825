import { again, command, destroy, preview, refresh, type Story, story, up, urnOf } from "../story.js";

const yes = ["--yes", "--skip-preview", "--refresh=false"];

export const commands: Story[] = [
  story("commands", "a stack that does not exist", [
    {
      ...preview(`thing("a");`),
      args: ["preview", "--stack", "nowhere"],
      exit: 6,
      says: /no stack named 'nowhere' found/,
    },
    { ...destroy(""), args: ["destroy", ...yes, "--stack", "nowhere"], exit: 6 },
    { ...refresh(""), args: ["refresh", "--yes", "--skip-preview", "--stack", "nowhere"], exit: 6 },
  ]),

  story("commands", "nobody at the terminal and no --yes", [
    command(["up", "--refresh=false"], `thing("a");`, "", { exit: 2 }),
    command(["up", "--skip-preview", "--refresh=false"], again, "create a.1"),
    command(["destroy"], again, "", { exit: 2 }),
    command(["refresh"], again, "", { exit: 1 }),
  ]),

  story("commands", "a flag that does not exist", [
    command(["up", "--yes", "--nonsense"], `thing("a");`, "", { exit: 1 }),
  ]),

  story("commands", "a lock that another process holds", [
    up(`thing("a");`, "create a.1"),
    up(`thing("a", { size: 1 });`, "", {
      before: (world) => world.lock(),
      exit: 1,
      says: /currently locked by 1 lock/,
    }),
    refresh("", { exit: 1 }),
    destroy("", { exit: 1 }),
    preview(again),
    up(again, "update a.1", { before: (world) => world.unlock() }),
  ]),

  story("commands", "a preview before an update, and both before a destruction", [
    command(
      ["up", "--yes", "--refresh=false"],
      `const a = thing("a", { size: 1 }); thing("b", { uses: a.token });`,
      "create a.1, create b.1",
    ),
    command(
      ["up", "--yes", "--refresh=false"],
      `const a = thing("a", { size: 2 }); thing("b", { uses: a.double });`,
      "update a.1, update b.1",
    ),
    command(["refresh", "--yes"], again, ""),
    command(["destroy", "--preview-only", "--refresh=false"], again, ""),
    command(["destroy", "--yes", "--refresh=false"], again, "delete b.1, delete a.1"),
  ]),

  story("commands", "a preview that fails stops the update", [
    command(["up", "--yes", "--refresh=false"], `thing("a"); thing("b", { invalid: true });`, "", { exit: 1 }),
    command(["up", "--yes", "--refresh=false"], `thing("a"); throw new Error("not today");`, "", { exit: 1 }),
  ]),

  story("commands", "a program that cannot be loaded", [
    up(`this is no program`, "", { exit: 1 }),
    preview(again, { exit: 1 }),
    up(`require("./nowhere");`, "", { exit: 1, says: /nowhere/ }),
  ]),

  story("commands", "up --expect-no-changes with nothing to change", [
    up(`thing("a"); exports.x = 1;`, "create a.1"),
    { ...up(again, "", { flags: ["--expect-no-changes"] }), differences: ["no history"] },
    up(`thing("a"); exports.x = 2;`, "", { flags: ["--expect-no-changes"], differences: ["changes nothing"] }),
    destroy("delete a.1"),
  ]),

  story("commands", "a stack is removed only when it is empty, or by force", [
    up(`thing("a");`, "create a.1"),
    command(["stack", "rm", "dev", "--yes"], again, "", { exit: 1, says: /still/ }),
    command(["stack", "rm", "dev", "--yes", "--force"], again, ""),
  ]),

  story("commands", "an empty stack is removed", [
    up(`exports.x = 1;`, ""),
    command(["stack", "rm", "dev", "--yes"], again, ""),
    command(["destroy", "--yes", "--stack", "dev"], again, "", { exit: 6 }),
  ]),

  story("commands", "a destruction that also removes the stack", [
    up(`thing("a");`, "create a.1"),
    destroy("delete a.1", { flags: ["--remove"] }),
  ]),

  story("commands", "a state that contradicts itself", [
    up(`const a = thing("a"); thing("b", { uses: a.token });`, "create a.1, create b.1"),
    up(again, "", {
      before: (world) => world.edit((resources) => resources.filter(({ urn }) => urn !== urnOf("a"))),
      exit: 1,
      says: /integrity|refers to/,
    }),
    preview(again, { exit: 1 }),
  ]),

  story("commands", "the wrong passphrase", [
    up(`thing("a", { text: pulumi.secret("x") });`, "create a.1"),
    up(`thing("a");`, "", { env: { PULUMI_CONFIG_PASSPHRASE: "wrong" }, exit: 1, says: /incorrect passphrase/ }),
    preview(again, { env: { PULUMI_CONFIG_PASSPHRASE: "wrong" }, exit: 1 }),
  ]),
];
