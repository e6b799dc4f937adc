import { ConsoleCookie } from './console-cookie';

test('with https the cookie is for this host over TLS only', () => {
  const cookie = new ConsoleCookie('https://data.example.com', 'sluice_session');
  expect(cookie.carrying('sls_x')).toBe('__Host-sluice_session=sls_x; Path=/; HttpOnly; Secure; SameSite=Strict');
  expect(cookie.cleared()).toBe('__Host-sluice_session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict');
  expect(cookie.read('a=b; sluice_session=planted; __Host-sluice_session=sls_x')).toBe('sls_x');
});

test('without https a browser takes it all the same, and no script reads it', () => {
  const cookie = new ConsoleCookie('http://localhost:8080', 'sluice_session');
  expect(cookie.carrying('sls_x')).toBe('sluice_session=sls_x; Path=/; HttpOnly; SameSite=Strict');
});

test('of two cookies of that name the first counts, and nothing else is taken for one', () => {
  const cookie = new ConsoleCookie('http://localhost:8080', 'sluice_session');
  expect(cookie.read('sluice_session=1; sluice_session=2')).toBe('1');
  for (const header of [undefined, '', 'sluice_session', 'xsluice_session=1', '__proto__=1; toString=2']) {
    expect(cookie.read(header)).toBeUndefined();
  }
});

test('one that is kept beyond the session says for how long', () => {
  const mark = new ConsoleCookie('http://localhost:8080', 'sluice_browser', 60);
  expect(mark.carrying('brw_x')).toBe('sluice_browser=brw_x; Max-Age=60; Path=/; HttpOnly; SameSite=Strict');
});
