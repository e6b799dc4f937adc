import { readSettings } from './settings';

test('every default is the documented one', () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({ port: 8080, publicUrl: 'http://localhost:8080', sample: true });
  expect(settings.dataDirectory).toMatch(/[\\/]\.sluice$/);
});

test('the public URL follows the port unless it is set', () => {
  expect(readSettings({ PORT: '9000' }).publicUrl).toBe('http://localhost:9000');
  expect(readSettings({ SLUICE_PUBLIC_URL: 'https://data.example.com/' }).publicUrl).toBe('https://data.example.com');
});

test.each([
  ['nothing says otherwise', {}, '127.0.0.1'],
  ['the public URL is of this machine alone', { SLUICE_PUBLIC_URL: 'http://127.0.0.1:8080' }, '127.0.0.1'],
  ['the public URL is for others', { SLUICE_PUBLIC_URL: 'https://data.example.com' }, '0.0.0.0'],
  ['HOST says it', { SLUICE_PUBLIC_URL: 'https://data.example.com', HOST: '127.0.0.1' }, '127.0.0.1'],
  ['HOST opens it', { HOST: '::' }, '::'],
])('where %s, it listens there', (_, env, host) => {
  expect(readSettings(env).host).toBe(host);
});

test('every bad variable is named at once, none with its value', () => {
  const read = () =>
    readSettings({ PORT: 'eighty', HOST: 'no-such', SLUICE_SAMPLE: 'perhaps', SLUICE_PUBLIC_URL: 'ftp://host' });
  expect(read).toThrow(/PORT.*HOST.*SLUICE_PUBLIC_URL.*SLUICE_SAMPLE/);
  expect(read).not.toThrow(/eighty|no-such|perhaps|ftp:/);
});

test('an admin key with a typing error is refused at the start', () => {
  expect(() => readSettings({ SLUICE_ADMIN_KEY: `sla_${'a'.repeat(49)}` })).toThrow(
    /SLUICE_ADMIN_KEY: not an admin key/,
  );
});
