import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { chooseCoding } from '../http/content-coding';
import { Answer, AnswerCache } from './answer-cache';

const body = Buffer.from('{"a":1}'.repeat(1_000));
const answer = (bytes: Buffer = body) => new Answer(bytes, {}, 1);

describe('the cache of answers', () => {
  it('makes an answer once for any number of equal questions', async () => {
    const cache = new AnswerCache(1e6);
    let made = 0;
    const make = async () => {
      made++;
      return answer();
    };
    const all = await Promise.all(Array.from({ length: 500 }, () => cache.get('key', make)));
    await cache.get('key', make);
    expect(made).toBe(1);
    expect(new Set(all).size).toBe(1);
  });

  it('does not keep a failure', async () => {
    const cache = new AnswerCache(1e6);
    await expect(cache.get('key', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('key', async () => answer())).toMatchObject({ rows: 1 });
  });

  it('stays within its bytes, and the least recently used goes first', async () => {
    const cache = new AnswerCache(16 * 20_000);
    let made = 0;
    const ask = (key: number) =>
      cache.get(String(key), async () => {
        made++;
        return answer();
      });
    for (let key = 0; key < 100; key++) await ask(key);
    expect(made).toBe(100);
    await ask(99);
    expect(made).toBe(100);
    await ask(0);
    expect(made).toBe(101);
  });

  it('does not let one large answer push out everything else', async () => {
    const cache = new AnswerCache(100_000);
    await cache.get('small', async () => answer(Buffer.from('x')));
    let made = 0;
    const large = async () => {
      made++;
      return answer(Buffer.alloc(50_000));
    };
    await cache.get('large', large);
    await cache.get('large', large);
    expect(made).toBe(2);
  });
});

describe('an answer', () => {
  it('is packed once per coding, and unpacks to itself', async () => {
    const whole = answer();
    const [first, second, gzip] = await Promise.all([whole.encoded('br'), whole.encoded('br'), whole.encoded('gzip')]);
    expect(first.body).toBe(second.body);
    expect(brotliDecompressSync(first.body).equals(body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(body)).toBe(true);
  });

  it('that is small is sent as it is', async () => {
    expect(await answer(Buffer.from('[]')).encoded('br')).toMatchObject({ coding: 'identity' });
  });
});

describe('the content coding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, br', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['deflate', 'identity'],
  ])('for Accept-Encoding %j is %s', (header, coding) => {
    expect(chooseCoding(header)).toBe(coding);
  });
});
