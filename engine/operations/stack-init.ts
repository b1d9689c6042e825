import { locateStack, type StackOptions } from "./locate-stack.js";
import { openSession } from "./session.js";

/**
 * Makes an empty stack: its state, and the salt in `Pulumi.<stack>.yaml`.
 * @returns what the user should know, such as that a passphrase was made up
 * @throws {Error} when there is a stack of that name
 */
export async function initStack(options: StackOptions): Promise<string[]> {
  const { stack, project } = options;
  const refusal = `stack 'organization/${project.name}/${stack}' already exists`;
  if ((await locateStack(options)).exists) throw new Error(refusal);
  const notices: string[] = [];
  const session = await openSession({
    ...options,
    write: true,
    emit: (event) => event.kind === "diagnostic" && notices.push(event.message),
  });
  try {
    // Somebody may have been faster: it is ours only now.
    if (session.exists) throw new Error(refusal);
    const { snapshot } = await session.contents();
    await snapshot.flush();
    return notices;
  } finally {
    await session.close();
  }
}
