import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { answerTo } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const MAX_INITIAL_BYTES = 200_000;
const built = join(projectRoot, 'dist', 'console');
const page = () => readFileSync(join(built, 'index.html'), 'utf8');
const initialFiles = () =>
  [...page().matchAll(/(?:src|href)="\/console\/(assets\/[^"]+)"/g)].map(([, file = '']) => file);

/** The status of a path exactly as written: a URL parser would take `..` out of it. */
function statusOf(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe("the console's files", () => {
  it('load with less than 200 kB packed before the first page', () => {
    const sizes = initialFiles().map((file) => gzipSync(readFileSync(join(built, file)), { level: 9 }).length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_INITIAL_BYTES);
  });

  it('come in parts: pages are not among what loads first', () => {
    const pages = readdirSync(join(built, 'assets')).filter((file) => /-page-.*\.js$/.test(file));
    expect(pages.length).toBeGreaterThan(8);
    expect(initialFiles().filter((file) => pages.includes(file.replace('assets/', '')))).toEqual([]);
  });

  it('have no script in the page itself', () => {
    expect(page()).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page()).not.toMatch(/\son\w+=/);
  });
});

describe('the gateway', () => {
  const stack = useSharedStack();

  it('leads from its root to the console', async () => {
    const answer = await answerTo(`${stack.url}/`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console/']);
  });

  it('serves the same page for every address of the console, never from a cache without asking', async () => {
    for (const path of ['/console/', '/console/datasets', '/console/apis/api_x?y=1']) {
      const answer = await answerTo(stack.url + path);
      expect([answer.status, answer.headers.get('cache-control'), answer.text]).toEqual([200, 'no-cache', page()]);
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    }
  });

  it('serves the parts for good, packed, and none that do not exist', async () => {
    const [file] = initialFiles();
    const answer = await answerTo(`${stack.url}/console/${file}`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const gone = await answerTo(`${stack.url}/console/assets/page-of-yesterday.js`);
    expect([gone.status, gone.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });

  it.each([
    '/console/../package.json',
    '/console/%2e%2e/apps/gateway/src/main.js',
    '/console/assets/..%2f..%2fpackage.json',
  ])('gives nothing from outside of them: %s', async (path) => {
    expect([200, 400, 404]).toContain(await statusOf(stack.url, path));
    expect((await answerTo(stack.url + path)).text).not.toMatch(/"dependencies"|require\(/);
  });
});
