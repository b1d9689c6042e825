/**
 * Stories of which the embedded engine does not yet make what Pulumi does, with what it does otherwise. They are told all
 * the same, and count as work that is left.
 */
export const GAPS: Record<string, string> = {
  "replacement: a recreation that fails is made up for by the next run":
    "dependents of what comes back are not compared once more",
  "failures: with --continue-on-error siblings go on and dependents are left out":
    "dependents of what failed are not checked before they are left out",
  "options: read with get: kept apart from what is managed": "what is read and missing fails the run",
  "components: an alias that nothing ever had, and one that another resource has":
    "what has an alias of another resource is not checked before it is refused",
  "secrets: secret inputs are secret in inputs and outputs of the state":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "secrets: configuration reaches programs and handlers": "secret configuration under a quoted key is not decrypted",
  "secrets: a secret greeting is configured for the handler":
    "secret configuration under a quoted key is not decrypted",
  "secrets: assets and archives": "archives of assets are refused",
  "refreshing: drift goes into the state, then the program undoes it":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: what is gone leaves the state and is made again":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: a parent that is gone leaves its children to the stack":
    "the child of a parent that is gone gets its grandparent, and Pulumi's none",
  "refreshing: up --refresh":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: preview --refresh writes nothing":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: options.refresh: always":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: something that cannot be read":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: refresh --expect-no-changes": "without a preview, changes are not complained about",
  "refreshing: refresh --preview-only":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: destroy --refresh of what is partly gone":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "refreshing: secrets, components, read resources and outputs survive a refresh":
    "what is only read is compared by its provider",
  "refreshing: a pending old half is read, too": "an old half that is gone is not noticed",
  "targets: up --target: what is new is made only if it is named": "the history counts fewer as unchanged",
  "targets: up --target: the named depends on something new that is not":
    "an error; Pulumi's creates it without the input, unless there is a preview",
  "targets: up --target: what the program no longer has goes only if it is named":
    "the history counts fewer as unchanged",
  "targets: up --target: a follower that is not named is recreated all the same":
    "the follower is deleted and not recreated",
  "targets: up --exclude: all but the named": "the history counts fewer as unchanged",
  "targets: destroy --target: refused while dependents are left out":
    "dependents are not compared before they are refused",
  "targets: destroy --exclude and --exclude-protected": "the history counts fewer as unchanged",
  "targets: refresh --target: only the named are read":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "targets: a component that is named and what is in it": "the history counts fewer as unchanged",
  "interruptions: interrupted twice: the end comes at once": "the history has no entry",
  "commands: nobody at the terminal and no --yes": "`refresh` ends with 2, and Pulumi's with 1",
  "commands: a flag that does not exist": "2, and Pulumi's is 1",
  "commands: a preview before an update, and both before a destruction":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "commands: up --expect-no-changes with nothing to change": "the history has no entry",
  "commands: an empty stack is removed": "a preview of a stack that does not exist succeeds",
  "commands: a state that contradicts itself": "the history has an entry, and Pulumi's none",
  "commands: the wrong passphrase": "the history has an entry, and Pulumi's none",
  "references: the outputs of another stack": "`stack init` wants to find the program",
  "foreign: closures that change are no difference to themselves":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
  "foreign: a provider with as little as possible":
    "a refresh does not ask for the difference of what is as it was, counts fewer as unchanged, and keeps empty property dependencies",
};
