import { accountAtSubject, accountSubject, addressSubject } from './failure-subjects';
import { delayAfter } from './failures';

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
