import { CONTRACT_VERSION } from '@sluice/contracts/contract-version';
import { RELEASE } from '@sluice/runtime/release';
import { describeMisfit, isOfAnotherRelease, RELEASE_STAMP } from './release-stamp';

test.each([
  ['this release', RELEASE_STAMP],
  ['another one with the same contracts', `${CONTRACT_VERSION} 9.9.9`],
  ['the one before', `${CONTRACT_VERSION - 1} 0.0.9`],
  ['the next one', `${CONTRACT_VERSION + 1} 0.2.0`],
])('messages of %s are understood', (_, stamp) => {
  expect(describeMisfit(stamp)).toBeNull();
});

test('messages without a stamp are of the releases before contracts had numbers', () => {
  expect(describeMisfit('') === null).toBe(CONTRACT_VERSION <= 1);
  expect(isOfAnotherRelease('')).toBe(false);
});

test.each([`${CONTRACT_VERSION + 2} 0.3.0`, `${CONTRACT_VERSION + 40} 7.0.0`, 'x 0.2.0', '-1 0.2.0', '1e0 0.1.0'])(
  'messages of %p are refused in a sentence that names both releases',
  (stamp) => {
    const [, release] = stamp.split(' ');
    expect(describeMisfit(stamp)).toMatch(new RegExp(`^release ${release} .* release ${RELEASE} .* do not understand`));
    expect(isOfAnotherRelease(stamp)).toBe(true);
  },
);
