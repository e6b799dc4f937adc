import { byteRangeOf } from './byte-range';

const validators = { etag: '"abc"', lastModified: 'Sun, 29 Nov 2026 08:00:00 GMT' };
const of = (range?: string, ifRange?: string, size = 1_000) =>
  byteRangeOf({ range, 'if-range': ifRange }, size, validators);

describe('the part of a file that is asked for', () => {
  it.each<[string, ReturnType<typeof of>]>([
    ['bytes=0-0', { from: 0, to: 0 }],
    ['bytes=10-19', { from: 10, to: 19 }],
    ['BYTES=10-19', { from: 10, to: 19 }],
    ['bytes= 10-19 ', { from: 10, to: 19 }],
    ['bytes=990-', { from: 990, to: 999 }],
    ['bytes=990-5000', { from: 990, to: 999 }],
    ['bytes=-10', { from: 990, to: 999 }],
    ['bytes=-5000', { from: 0, to: 999 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=1000-2000', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5000-6000, 7000-', 'unsatisfiable'],
    ['bytes=0-1, 5000-', { from: 0, to: 1 }],
    ['bytes=0-1, 5-6', 'whole'],
    ['bytes=20-10', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=', 'whole'],
    ['bytes', 'whole'],
    ['rows=0-1', 'whole'],
    ['bytes=--1', 'whole'],
    ['bytes=1-2-3', 'whole'],
  ])('of %s is %j', (range, part) => {
    expect(of(range)).toEqual(part);
  });

  it('is all of it without a range', () => {
    expect(of()).toBe('whole');
  });

  it.each<[string, boolean]>([
    [validators.etag, true],
    [validators.lastModified, true],
    ['"other"', false],
    ['W/"abc"', false],
    ['Sun, 29 Nov 2026 08:00:01 GMT', false],
    ['abc', false],
  ])('is a part where If-Range %s still names the file: %s', (ifRange, isPart) => {
    expect(of('bytes=0-9', ifRange)).toEqual(isPart ? { from: 0, to: 9 } : 'whole');
  });
});
