const { readFileSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes minutes in all; in a fresh clone nobody knows yet how long each file takes. */
const LONGEST_FIRST = [
  'test/e2e/faults',
  'test/e2e/',
  'test/browser/',
  'shared',
  'test/service/',
  'apps/',
  'libs/',
  'test/',
];

/** Files that share a stack are a kind of their own: one after the other, so that a worker starts it once. */
const kindOf = (path) => (readFileSync(path, 'utf8').includes('useSharedStack(') ? '/shared' : path);

/** Whole stacks first and small tests last, so that no long file is left for one worker while the others have nothing. */
module.exports = class extends Sequencer {
  sort(tests) {
    const ranks = new Map(
      tests.map(({ path }) => [path, LONGEST_FIRST.findIndex((part) => kindOf(path).includes(`/${part}`))]),
    );
    return [...super.sort(tests)].sort((a, b) => ranks.get(a.path) - ranks.get(b.path));
  }
};
