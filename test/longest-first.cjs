const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes minutes in all; in a fresh clone nobody knows yet how long each file takes. */
const LONGEST_FIRST = ['test/e2e/faults', 'test/e2e/', 'test/browser/', 'test/service/', 'apps/', 'libs/', 'test/'];

/** Whole stacks first and small tests last, so that no long file is left for one worker while the others have nothing. */
module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => LONGEST_FIRST.findIndex((part) => path.includes(`/${part}`));
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
