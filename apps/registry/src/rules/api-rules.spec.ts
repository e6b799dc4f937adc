import type { ServiceError } from '@sluice/messaging/service-error';
import { domainFault, fault, nameFault, pathFault, refuseFaults } from './api-rules';

describe('names', () => {
  test.each(['a', 'Umsätze 2024 – €', 'x'.repeat(100), '  padded  '])('%j may be one', (name) => {
    expect(nameFault(name)).toBeNull();
  });

  test.each([
    ['', 'required'],
    [' \t ', 'required'],
    ['x'.repeat(101), 'too_long'],
    ['a\u0000b', 'invalid_characters'],
    ['a\u202Eb', 'invalid_characters'],
  ])('%j is refused: %s', (name, code) => {
    expect(nameFault(name)).toMatchObject({ pointer: '/name', code });
  });
});

describe('domains', () => {
  const known = ['localhost', 'data.example.com'];

  test.each(['localhost', 'DATA.example.com '])('%j is one of the installation', (domain) => {
    expect(domainFault(domain, known)).toBeNull();
  });

  test.each([
    '',
    'http://localhost',
    'localhost:8080',
    '-a.example',
    'a..b',
    'a_b.example',
    `${'a'.repeat(64)}.example`,
  ])('%j is no host name', (domain) => {
    expect(domainFault(domain, known)).toMatchObject({ pointer: '/domain', code: 'invalid_host_name' });
  });

  test('another host name is refused with those that are allowed', () => {
    expect(domainFault('example.com', known)).toMatchObject({ code: 'unknown_domain', allowed: known });
  });
});

describe('paths', () => {
  test.each(['sales', 'sales/orders-2024', '1/2/3', 'x'.repeat(200)])('%j may be one', (path) => {
    expect(pathFault(path)).toBeNull();
  });

  test.each([
    ['/sales', 'sales would do'],
    ['Sales/Orders', 'sales/orders would do'],
    ['a//b', 'a/b would do'],
    ['_schema', 'schema would do'],
    ['-a', 'a would do'],
    ['a/../b', 'a/api/b would do'],
    ['', undefined],
    ['/', undefined],
  ])('%j is refused, with the hint %j', (path, hint) => {
    expect(pathFault(path)?.code).toBe('invalid_path');
    expect(pathFault(path)?.hint).toBe(hint);
    expect(pathFault(path)?.suggestions).toEqual(hint && [hint.replace(' would do', '')]);
  });
});

describe('refusals', () => {
  const codeOf = (...codes: string[]) => {
    try {
      refuseFaults(codes.map((code) => fault('/x', code, code)));
      return null;
    } catch (error) {
      return (error as ServiceError).code;
    }
  };

  test('nothing wrong, nothing refused; conflicts alone conflict; anything else is invalid', () => {
    expect(codeOf()).toBeNull();
    expect(codeOf('name_taken')).toBe('name_taken');
    expect(codeOf('path_taken')).toBe('path_taken');
    expect(codeOf('name_taken', 'path_taken')).toBe('name_taken');
    expect(codeOf('name_taken', 'required')).toBe('invalid_request');
    expect(codeOf('required', 'path_taken')).toBe('invalid_request');
  });
});
