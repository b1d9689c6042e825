import { again, destroy, preview, refresh, type Story, story, up } from "../story.js";

export const secrets: Story[] = [
  story(
    "secrets",
    "secret inputs are secret in inputs and outputs of the state",
    [
      up(
        `const a = thing("a", { size: pulumi.secret(3), plain: "p", nested: { open: 1, hidden: pulumi.secret({ deep: "x" }) }, list: [1, pulumi.secret("y")] });
       thing("b", { uses: a.token, size: a.size });
       exports.double = a.double; exports.size = a.size; exports.secret = pulumi.secret({ a: [1] });`,
        "create a.1, create b.1",
      ),
      up(again, ""),
      refresh(""),
      up(again, ""),
      destroy("delete b.1, delete a.1"),
    ],
    { foreign: true },
  ),

  story("secrets", "a value that becomes secret, and is no longer, is no difference to a provider", [
    up(`thing("a", { text: "open" }); exports.text = "open";`, "create a.1"),
    up(`thing("a", { text: pulumi.secret("open") }); exports.text = pulumi.secret("open");`, ""),
    preview(again, { flags: ["--expect-no-changes"] }),
    up(`thing("a", { text: "open" }); exports.text = "open";`, ""),
  ]),

  story("secrets", "secrets that change, and unknown secrets in previews", [
    up(`const a = thing("a", { text: pulumi.secret("one") });`, "create a.1"),
    up(`const a = thing("a", { text: pulumi.secret("two") });`, "update a.1"),
    preview(
      `const a = thing("a", { text: pulumi.secret("three") }); const n = thing("n"); thing("b", { uses: pulumi.secret(n.token), both: pulumi.all([a.token, n.token]) });`,
    ),
  ]),

  story(
    "secrets",
    "configuration reaches programs and handlers",
    [
      up(
        `const config = new pulumi.Config(); thing("a", { text: config.get("text"), number: config.getNumber("number"), secret: config.getSecret("hidden") });
       exports.text = config.get("text"); exports.hidden = config.getSecret("hidden"); exports.other = new pulumi.Config("other").get("key");`,
        "create a.1",
        {
          before: (world) =>
            world.configure({
              "parity:text": "hello",
              "parity:number": "7",
              "parity:hidden": { secret: "hush" },
              "parity:greeting": "welcome",
              "other:key": "elsewhere",
            }),
        },
      ),
      up(again, "update a.1", {
        before: (world) => world.configure({ "parity:text": "hello", "parity:hidden": { secret: "changed" } }),
      }),
      destroy("delete a.1"),
    ],
    { foreign: true },
  ),

  story(
    "secrets",
    "a secret greeting is configured for the handler",
    [
      up(`const a = thing("a"); exports.greeting = a.greeting;`, "create a.1", {
        before: (world) => world.configure({ "parity:greeting": { secret: "psst" } }),
      }),
      up(again, ""),
      up(again, "", { before: (world) => world.configure({ "parity:greeting": "loud" }) }),
    ],
    { foreign: true },
  ),

  story("secrets", "a required setting that is missing", [
    up(`const config = new pulumi.Config(); thing("a", { text: config.require("missing") });`, "", {
      exit: 1,
      says: /Missing required configuration variable 'parity:missing'/,
    }),
  ]),

  story("secrets", "stack outputs come, change and go", [
    up(`exports.a = 1; exports.b = pulumi.secret("x"); exports.c = { d: [true, null] };`, ""),
    up(`exports.a = 2; exports.b = "x"; exports.c = { d: [true, null], e: undefined };`, ""),
    preview(`exports.a = 3;`, { flags: ["--expect-no-changes"] }),
    up(`exports.a = 2;`, ""),
    up(``, ""),
  ]),

  story("secrets", "assets", [
    up(
      `const a = thing("a", { file: new pulumi.asset.StringAsset("content") });
       exports.file = a.file;`,
      "create a.1",
    ),
    up(again, ""),
    up(`const a = thing("a", { file: new pulumi.asset.StringAsset("other") });`, "update a.1"),
    destroy("delete a.1"),
  ]),
];
