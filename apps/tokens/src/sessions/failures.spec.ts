import { addressSubject, delayAfter, emailSubject } from './failures';

test('the first failures cost nothing, then the wait doubles up to five minutes', () => {
  const { free } = emailSubject('a@example.com');
  const seconds = Array.from({ length: 15 }, (_, index) => delayAfter(index + 1, free) / 1_000);
  expect(seconds).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  expect(delayAfter(10_000, free)).toBe(300_000);
  expect(addressSubject('192.0.2.1').free).toBe(20);
});

test('an email is counted in whatever case it is written, and never by itself', () => {
  expect(emailSubject(' A@Example.com')).toEqual(emailSubject('a@example.COM'));
  expect(emailSubject('a@example.com').id).not.toContain('example');
});
