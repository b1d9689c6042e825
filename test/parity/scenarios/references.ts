import { again, command, preview, type Story, story, up } from "../story.js";

const other = (program: string) => up(program, "", { flags: ["--stack", "other"] });
const READER = `const other = new pulumi.StackReference("organization/parity/other");`;

export const references: Story[] = [
  story("references", "the outputs of another stack", [
    command(["stack", "init", "other"], again, ""),
    other(`exports.open = "x"; exports.hidden = pulumi.secret("y"); exports.deep = { list: [1, 2] };`),
    preview(
      `${READER} thing("a", { open: other.getOutput("open"), hidden: other.getOutput("hidden"), none: other.getOutput("none") });`,
      { flags: ["--stack", "dev"] },
    ),
    up(
      `${READER} thing("a", { open: other.getOutput("open"), hidden: other.getOutput("hidden"), none: other.getOutput("none") });
       exports.deep = other.requireOutput("deep"); exports.hidden = other.getOutput("hidden"); exports.all = other.outputs;`,
      "create a.1",
      { flags: ["--stack", "dev"] },
    ),
    up(again, "", { flags: ["--stack", "dev"] }),
    other(`exports.open = "z";`),
    up(`${READER} thing("a", { open: other.getOutput("open") });`, "update a.1", { flags: ["--stack", "dev"] }),
    up(`thing("a", { open: "z" });`, "", { flags: ["--stack", "dev"] }),
  ]),

  story("references", "a stack, or an output, that does not exist", [
    up(
      `const other = new pulumi.StackReference("organization/parity/nowhere"); exports.x = other.getOutput("x");`,
      "",
      {
        exit: 1,
        says: /nowhere/,
      },
    ),
    up(`exports.here = 1;`, ""),
    up(
      `const other = new pulumi.StackReference("organization/parity/dev"); exports.x = other.requireOutput("missing");`,
      "",
      {
        exit: 1,
        says: /missing/,
      },
    ),
    up(`const own = new pulumi.StackReference("dev"); exports.here = own.getOutput("here");`, ""),
  ]),
];
