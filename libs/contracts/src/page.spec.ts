import { GivenTime } from './page';

describe('a time that a caller gives', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31T10:00:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00.123456789Z', '2026-01-31T10:00:00.123Z'],
  ])('may be %s', (given, utc) => {
    expect(GivenTime.parse(given)).toBe(utc);
  });

  it.each(['soon', '2026-02-30', '2026-01-31T25:00:00Z', ''])('is not %j', (given) => {
    expect(GivenTime.safeParse(given).error?.issues).toMatchObject([
      { message: expect.stringMatching(/^write a time as/) },
    ]);
  });
});
