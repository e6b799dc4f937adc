import { Passwords } from './passwords';

const passwords = new Passwords();

test('a password matches its own hash only, however its characters were typed', async () => {
  const hash = await passwords.hash('caf\u00e9 au lait, please');
  expect(await passwords.hash('caf\u00e9 au lait, please')).not.toBe(hash);
  expect(await passwords.matches(hash, 'cafe\u0301 au lait, please')).toBe(true);
  expect(await passwords.matches(hash, 'Caf\u00e9 au lait, please')).toBe(false);
});

test('where there is no account no password matches', async () => {
  expect(await passwords.matches(null, '')).toBe(false);
  expect(await passwords.matches(null, 'caf\u00e9 au lait, please')).toBe(false);
});

test('more at a time than can be worked on are told that it is busy, and the next ones are served again', async () => {
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.matches(null, 'x')));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  expect(refused).toEqual(Array(24).fill('overloaded'));
  expect(await passwords.matches(null, 'x')).toBe(false);
});
