import { Stack, type StackOptions } from './stack';

/** An ordered stop may take one process 10 s. */
const PATIENCE_MS = 60_000;

/** Gives a fresh installation to the tests of this file or block: it runs from before the first until after the last. */
export function useStack(options: StackOptions = {}): Stack {
  const stack = new Stack(options);
  beforeAll(() => stack.start(), PATIENCE_MS);
  afterAll(() => stack.stop(), PATIENCE_MS);
  return stack;
}
