import { z } from "zod";

/** What useradd of every distribution takes. The name also ends up in sudo's configuration, where other signs mean more. */
export const username = z
  .string("must be text")
  .regex(
    /^[a-z_][a-z0-9_-]{0,31}$/,
    "must be a user name: lower-case letters, digits, `_` and `-`, not beginning with a digit",
  );
