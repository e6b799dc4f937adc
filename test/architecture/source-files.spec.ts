import { read, runGit, sources } from './sources';

describe('scripts that run before or beside the product', () => {
  const scripts = runGit('ls-files', '*.mjs', '*.cjs', 'package.json', 'Dockerfile', 'docker-compose.yml');
  const built = scripts.flatMap((path) =>
    [...read(path).matchAll(/dist\/((?:apps|libs)\/[\w/.-]+)\.js/g)].map(([, source]) => `${path}: ${source}.ts`),
  );

  it('name built files whose sources are there', () => {
    expect(built.length).toBeGreaterThan(4);
    expect(built.filter((entry) => !sources.includes(entry.split(': ')[1] ?? ''))).toEqual([]);
  });
});

describe('source files', () => {
  it('have at most 300 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 301);
    expect(long).toEqual([]);
  });

  it('are no barrels and carry no switched-off checks', () => {
    const pattern = /^export \* from|@ts-ignore|@ts-nocheck|biome-ignore/m;
    expect(sources.filter((path) => !path.endsWith('source-files.spec.ts') && pattern.test(read(path)))).toEqual([]);
  });
});

describe('test files that share a stack', () => {
  const sharing = sources.filter((path) => path.endsWith('.spec.ts') && read(path).includes('useSharedStack()'));
  const kinds = 'dataset|token|publish|ordersOn';
  const named = new RegExp(String.raw`\b(${kinds})\((?:stack, )?'([^']+)'`, 'g');
  const names = sharing.flatMap((path) => [
    ...new Set([...read(path).matchAll(named)].map(([, kind, name]) => `${kind} ${name?.toLowerCase()}`)),
  ]);

  it('make nothing by a name that another makes too', () => {
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
