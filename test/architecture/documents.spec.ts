import { auditActions } from '@sluice/contracts/audit';
import { errorTable } from '@sluice/contracts/errors';
import { read, runGit, sources } from './sources';

/** Tells whether a page may mean this file: pages leave out the `src` of an app or a lib where they name its rooms. */
const hasPath = (source: string, path: string) => source.replace(/^(apps|libs)\//, '').replace('/src/', '/') === path;

describe('the error table', () => {
  it('is documented in docs/errors.md row by row, and no other row is', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d{3}) \| ([^|]+?) \|/gm)];
    const documented = rows.map(([, code, status, title]) => ({ code, status: Number(status), title }));
    const expected = Object.entries(errorTable).map(([code, { status, title }]) => ({ code, status, title }));
    expect(documented).toEqual(expected);
  });
});

describe('the audit log', () => {
  it('names every action in docs/audit.md, and no other', () => {
    const table = read('docs/audit.md').split('| of | actions |')[1]?.split('\n\n')[0] ?? '';
    const documented = [...table.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, action]) => action);
    expect(documented.sort()).toEqual([...auditActions].sort());
  });

  it('is only ever read and added to, in one place', () => {
    const trail = read('libs/storage/src/audit-trail.ts');
    const used = [...trail.matchAll(/this\.log\(\)\s*\.(\w+)/g)].map(([, method]) => method);
    expect([...new Set(used)].sort()).toEqual(['createIndexes', 'find', 'insertOne']);
    const product = sources.filter((path) => /^(apps|libs)\/(?!console)/.test(path) && !path.endsWith('.spec.ts'));
    const others = product.filter((path) => /(collection|model)[^\n]*\(\s*['"`]audit['"`]/.test(read(path)));
    expect(others).toEqual([]);
  });
});

describe('docs/security.md', () => {
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\| (secrets|rows|definitions|service|bus|supply) \|/.test(line));
  const proofs = (row: string) => [...row.matchAll(/`([\w/.-]+\.spec\.ts)`: \*([^*]+)\*/g)];

  it('proves every answer by a test', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => proofs(row).length === 0)).toEqual([]);
  });

  it('names tests that exist', () => {
    const missing = rows.flatMap(proofs).filter(([, file = '', name = '']) => {
      return !sources.includes(file) || !read(file).replaceAll('\\', '').includes(name);
    });
    expect(missing.map(([text]) => text)).toEqual([]);
  });
});

describe('the pages of docs/', () => {
  const pages = runGit('ls-files', '*.md');
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:[\w@.-]+\/)+[\w.-]+\.(?:tsx?|mjs|cjs))`/g)].map(
      ([, path = '']) => `${page}: ${path}`,
    ),
  );

  it('name files that exist', () => {
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter((entry) => {
      const path = entry.split(': ')[1] ?? '';
      return !sources.some((source) => source === path || source.endsWith(`/${path}`) || hasPath(source, path));
    });
    expect(missing).toEqual([]);
  });
});
