import { useRegistryPublisher } from './registry-publisher';

const told = {
  license: 'https://creativecommons.org/licenses/by/4.0/',
  contact: { name: 'Data office', email: 'data@example.com', page: 'https://example.com/data' },
  theme: 'ENVI' as const,
  updateFrequency: 'DAILY' as const,
  hvdCategory: 'c_dd313021' as const,
  deprecatedAt: '2030-01-01T00:00:00.000Z',
  sunsetAt: '2031-01-01T00:00:00.000Z',
  deprecationPage: 'https://example.com/changes',
};

describe('what a publisher tells catalogues of an API', () => {
  const { create, get, update, faultsOf, route } = useRegistryPublisher();

  test('is nothing until it is set, is told in full, and is gone again by null', async () => {
    const api = await create({});
    expect(api).toMatchObject({ listed: false, license: null, contact: null, sunsetAt: null });
    expect(await update(api, { ...told, listed: true })).toMatchObject({ ...told, listed: true });
    expect(route(api)).toMatchObject({ listed: true, settings: told });
    expect(await update(api, { description: 'other' })).toMatchObject({ ...told, listed: true });
    const reset = Object.fromEntries(Object.keys(told).map((name) => [name, null]));
    expect(await update(api, { ...reset, listed: false })).toMatchObject({ listed: false, license: null, theme: null });
    expect(route(api)).toMatchObject({ listed: false, settings: { license: null } });
  });

  test('takes a date for its midnight, and a contact with an email or a page alone', async () => {
    const api = await create({
      listed: true,
      sunsetAt: '2031-01-01',
      contact: { name: 'Office', email: 'a@b.example' },
    });
    expect(await get(api)).toMatchObject({
      listed: true,
      sunsetAt: '2031-01-01T00:00:00.000Z',
      contact: { name: 'Office', email: 'a@b.example', page: null },
    });
  });

  test('is checked, every fault at once and at its place', async () => {
    const refused = create({
      license: 'http://creativecommons.org/licenses/by/4.0/',
      contact: { name: ' ', email: 'nobody', page: 'https://example.com/>; rel="next"' },
      deprecatedAt: '2030-01-02',
      sunsetAt: '2030-01-01',
      deprecationPage: `https://example.com/${'x'.repeat(500)}`,
    });
    expect(await faultsOf(refused)).toEqual([
      ['/license', 'invalid_address'],
      ['/contact/name', 'required'],
      ['/contact/email', 'invalid_email'],
      ['/contact/page', 'invalid_address'],
      ['/sunsetAt', 'too_early'],
      ['/deprecationPage', 'too_long'],
    ]);
    const unfounded = create({ deprecationPage: told.deprecationPage, contact: { name: 'Office' } });
    expect(await faultsOf(unfounded)).toEqual([
      ['/contact', 'required'],
      ['/deprecationPage', 'not_allowed'],
    ]);
  });
});
