import { SharedStack } from './shared-stack';
import { Stack, type StackOptions } from './stack';

/**
 * Gives the tests of this file a stack that other files use too: its rows, names and paths are not the only ones there.
 * What a file changes for all (the owner, a part that is stopped) needs a stack of its own.
 */
export function useSharedStack(): SharedStack {
  const stack = new SharedStack();
  beforeAll(() => stack.start());
  afterAll(() => stack.leave());
  return stack;
}

/** Gives a fresh installation to the tests of this file or block: it runs from before the first until after the last. */
export function useStack(options: StackOptions = {}): Stack {
  const stack = new Stack(options);
  beforeAll(() => stack.start());
  afterAll(() => stack.stop());
  return stack;
}
