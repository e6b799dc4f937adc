import { originReached } from './absolute-links';

describe('the origin of absolute links', () => {
  it.each([
    ['http', 'data.example.com', 'https://data.example.com'],
    ['http', 'DATA.example.com', 'https://data.example.com'],
    ['http', 'other.example.com:8080', 'http://other.example.com:8080'],
    ['https', 'other.example.com:443', 'https://other.example.com'],
    ['http', '[::1]:8080', 'http://[::1]:8080'],
    ['http', 'a/b?c', 'http://a'],
    ['http', 'a b', null],
  ] as const)('of a request by %s to %s is %s', (protocol, host, origin) => {
    expect(originReached({ protocol, host }, 'https://data.example.com')).toBe(origin);
  });
});
