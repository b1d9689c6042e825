import type { Story } from "../story.js";
import { commands } from "./commands.js";
import { components } from "./components.js";
import { failures } from "./failures.js";
import { foreign } from "./foreign.js";
import { interruptions } from "./interruptions.js";
import { lifecycle } from "./lifecycle.js";
import { options } from "./options.js";
import { references } from "./references.js";
import { refreshing } from "./refreshing.js";
import { replacement } from "./replacement.js";
import { secrets } from "./secrets.js";
import { targets } from "./targets.js";

export const stories: Story[] = [
  ...lifecycle,
  ...replacement,
  ...failures,
  ...options,
  ...components,
  ...secrets,
  ...refreshing,
  ...targets,
  ...interruptions,
  ...commands,
  ...references,
  ...foreign,
];
