import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ForeignError } from "../../provider/errors.js";
import type { Handler, Impact, Properties, PropertyChange } from "../../provider/handler.js";
import { Subject } from "./subject.js";

export interface LifecycleCase {
  type: string;
  handler: Handler;
  /** The declaration to begin with; called before each use, so that it may name things made by `prepare`. */
  args(): Properties;
  /** Looks at the thing by other means than the handler; `undefined` when there is none. */
  observe(outputs: Properties): Promise<unknown>;
  /** Everything of this type that is there, as names or paths: what must be empty at the end. */
  leftovers(): Promise<string[]>;
  updates?: Update[];
  drifts?: Drift[];
  /** Takes the thing away behind the provider's back. */
  removeByHand?(outputs: Properties): Promise<void>;
  /** A declaration that needs a new thing. */
  replacement?: { args(): Properties; paths: string[] };
  /** Arguments under which two declarations mean the same thing on the host. */
  fixed?(): Properties;
  /** Files hold their incarnation in the path: a creation whose state was lost leaves the first one to `prune`. */
  recoversLostState?: boolean;
}

export interface Update {
  title: string;
  args(): Properties;
  changes: Record<string, Impact>;
  /** Looks whether the thing itself has changed. */
  verify?(outputs: Properties): Promise<void>;
}

export interface Drift {
  title: string;
  happen(outputs: Properties): Promise<void>;
  /** What the preview shows; empty for things that are repaired without being shown. */
  paths: string[];
  verify?(outputs: Properties): Promise<void>;
}

/** What every resource must survive. One thing lives through the whole suite, as it would in a stack. */
export function lifecycle(subjects: LifecycleCase): void {
  const { type, handler, args, observe, leftovers } = subjects;
  const subject = new Subject(handler, type, "thing");

  async function assertSettled(wanted: Properties): Promise<void> {
    assert.deepEqual(await subject.preview(wanted), [], "right after the operation");
    assert.equal(await subject.refresh(), true);
    assert.deepEqual(await subject.preview(wanted), [], "after a refresh");
  }

  describe(`${type}: lifecycle`, () => {
    test("creation makes the thing and leaves no difference", async () => {
      await subject.up(args());
      assert.notEqual(await observe(subject.outputs), undefined);
      await assertSettled(args());
    });

    test("outputs hold every declared argument", () => {
      for (const name of Object.keys(args())) assert.ok(name in subject.outputs, name);
    });

    for (const { title, args: wanted, changes, verify } of subjects.updates ?? []) {
      test(`update: ${title}`, async () => {
        const shown = await subject.up(wanted());
        assert.deepEqual(impacts(shown), changes);
        await verify?.(subject.outputs);
        await assertSettled(wanted());
      });
    }

    test("the way back to the first declaration leaves no difference either", async () => {
      await subject.up(args());
      await assertSettled(args());
    });

    for (const { title, happen, paths, verify } of subjects.drifts ?? []) {
      test(`drift: ${title}`, async () => {
        await happen(subject.outputs);
        assert.equal(await subject.refresh(), true);
        assert.deepEqual(pathsOf((await subject.preview(args())) ?? []), [...paths].sort());
        await subject.up(args());
        await verify?.(subject.outputs);
        await assertSettled(args());
      });
    }

    test("a renamed resource marks the thing anew and changes nothing else", async () => {
      const before = await observe(subject.outputs);
      subject.name = "renamed";
      const shown = (await subject.preview(args())) ?? [];
      assert.ok(
        shown.every((change) => change.impact === "live"),
        JSON.stringify(shown),
      );
      await subject.up(args());
      await assertSettled(args());
      assert.deepEqual(await observe(subject.outputs), before);
      subject.name = "thing";
      await subject.up(args());
      await assertSettled(args());
    });

    const { removeByHand, replacement, fixed } = subjects;
    if (removeByHand !== undefined) {
      test("removed by hand it is gone, and up makes it again", async () => {
        await removeByHand(subject.outputs);
        assert.equal(await subject.refresh(), false);
        await subject.up(args());
        assert.notEqual(await observe(subject.outputs), undefined);
        await assertSettled(args());
      });
    }

    if (replacement !== undefined) {
      test("a replacement leaves one thing, and deleting the old incarnation again does nothing", async () => {
        const old = subject.copy();
        const shown = await subject.up(replacement.args());
        assert.deepEqual(pathsOf(shown.filter(({ impact }) => impact === "replace")), [...replacement.paths].sort());
        assert.notEqual(await observe(subject.outputs), undefined);
        await old.destroy();
        assert.notEqual(await observe(subject.outputs), undefined, "the late delete has hit the new thing");
        await assertSettled(replacement.args());
        assert.equal((await leftovers()).length, 1, String(await leftovers()));
        await subject.up(args());
        await assertSettled(args());
      });
    }

    if (subjects.recoversLostState !== false) {
      test("a creation whose state was lost adopts what it had made", async () => {
        const lost = subject.copy();
        const before = await leftovers();
        subject.forget();
        await subject.up(args());
        assert.deepEqual(await leftovers(), before);
        await lost.destroy();
        assert.notEqual(await observe(subject.outputs), undefined, "the old incarnation must not be deletable");
        await assertSettled(args());
      });
    }

    if (fixed !== undefined) {
      test("another's thing is refused by name, left as it is, and taken over with adopt", async () => {
        const wanted = () => ({ ...args(), ...fixed() });
        const theirs = new Subject(handler, type, "theirs", { realm: "somebody@elsewhere" });
        await theirs.up(wanted());
        const before = await observe(theirs.outputs);
        const mine = new Subject(handler, type, "mine");
        await assert.rejects(mine.up(wanted()), (error) => {
          assert.ok(error instanceof ForeignError, String(error));
          assert.match(error.message, /theirs of realm "somebody@elsewhere" since \d{4}.*adopt: true/);
          return true;
        });
        assert.equal(mine.id, undefined);
        assert.deepEqual(await observe(theirs.outputs), before);
        await mine.up({ ...wanted(), adopt: true });
        await theirs.destroy();
        assert.notEqual(await observe(mine.outputs), undefined, "whoever lost it must not delete it");
        await mine.destroy();
        assert.equal(await observe(mine.outputs), undefined);
      });
    }

    test("deletion leaves nothing, and deleting again does nothing", async () => {
      const again = subject.copy();
      await subject.destroy();
      await again.destroy();
      assert.deepEqual(await leftovers(), []);
    });
  });
}

function impacts(changes: readonly PropertyChange[]): Record<string, Impact> {
  return Object.fromEntries(changes.map(({ path, impact }) => [path, impact]));
}

function pathsOf(changes: readonly PropertyChange[]): string[] {
  return changes.map(({ path }) => path).sort();
}
