import { accountAtSubject, accountSubject, addressSubject } from './failure-subjects';
import { countOne, delayAfter } from './failures';

test('the first failures cost nothing, then the wait doubles up to five minutes', () => {
  const { free } = accountAtSubject('a@example.com', '192.0.2.1');
  const seconds = Array.from({ length: 15 }, (_, index) => delayAfter(index + 1, free) / 1_000);
  expect(seconds).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  expect(delayAfter(10_000, free)).toBe(300_000);
  expect(addressSubject('192.0.2.1').free).toBe(20);
});

test('an email is counted in whatever case it is written, and never by itself', () => {
  expect(accountSubject(' A@Example.com')).toEqual(accountSubject('a@example.COM'));
  for (const { id } of [accountSubject('a@example.com'), accountAtSubject('a@example.com', '192.0.2.1')]) {
    expect(id).not.toContain('example');
  }
});

/** The guesses of so many addresses that try as often as they may for a day, and how often the account refused one. */
function guessForADay(addresses: number): { guesses: number; refused: number } {
  const account = accountSubject('a@example.com');
  let ofAccount: Parameters<typeof countOne>[0] = null;
  let [guesses, refused] = [0, 0];
  const each = Array.from({ length: addresses }, (_, index) => ({
    subject: accountAtSubject('a@example.com', `192.0.2.${index}`),
    counted: null as Parameters<typeof countOne>[0],
  }));
  for (let ms = 1; ms < 24 * 3_600_000; ms += 1_000) {
    for (const one of each) {
      const theirs = countOne(one.counted, one.subject, ms);
      if (typeof theirs === 'number') continue;
      one.counted = theirs;
      const all = countOne(ofAccount, account, ms);
      if (typeof all === 'number') {
        refused++;
        continue;
      }
      ofAccount = all;
      guesses++;
    }
  }
  return { guesses, refused };
}

test('four addresses that guess for a day never use up the account, and a hundred get 50 guesses an hour', () => {
  expect(guessForADay(1).refused).toBe(0);
  expect(guessForADay(4).refused).toBe(0);
  const many = guessForADay(100);
  expect(many.refused).toBeGreaterThan(0);
  expect(many.guesses).toBeLessThanOrEqual(50 * 25);
});
