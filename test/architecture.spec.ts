import 'reflect-metadata';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { auditActions, auditContracts } from '@sluice/contracts/audit';
import { busUsers, messages } from '@sluice/contracts/bus/bus-users';
import { busUserNames } from '@sluice/contracts/bus-user-names';
import type { Contract, EventContract } from '@sluice/contracts/contract';
import { errorTable } from '@sluice/contracts/errors';
import { ACCESS_RULE } from '../apps/gateway/src/auth/access-rule';
import { GatewayConfig } from '../apps/gateway/src/config/gateway-config';
import { GatewayModule } from '../apps/gateway/src/gateway.module';

const root = join(__dirname, '..');
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
const sources = git('ls-files', '--cached', '--others', '--exclude-standard', 'apps', 'libs', 'test', 'bench')
  .filter((path) => /\.(ts|tsx|mjs|cjs|js)$/.test(path))
  .filter((path) => existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Whether a page may mean this file: pages leave out the `src` of an app or a lib where they name its rooms. */
const hasPath = (source: string, path: string) => source.replace(/^(apps|libs)\//, '').replace('/src/', '/') === path;

interface Planted {
  rule: string;
  file: string;
  imports: string;
}

const gateway = 'apps/gateway/src';
const planted: Planted[] = [
  { rule: 'contracts-imports', file: 'libs/contracts/src/nest.ts', imports: '@nestjs/common' },
  { rule: 'contracts-imports', file: 'libs/contracts/src/bus.ts', imports: '../../messaging/src/there' },
  { rule: 'no-contracts-sideways', file: 'libs/contracts/src/registry/names.ts', imports: '../tokens/there' },
  { rule: 'query-imports', file: 'libs/query/src/nest.ts', imports: '@nestjs/common' },
  { rule: 'records-imports', file: 'libs/records/src/contracts.ts', imports: '../../contracts/src/there' },
  { rule: 'records-imports', file: 'libs/records/src/nest.ts', imports: '@nestjs/common' },
  { rule: 'runtime-imports', file: 'libs/runtime/src/database.ts', imports: 'mongoose' },
  { rule: 'messaging-imports', file: 'libs/messaging/src/storage.ts', imports: '../../storage/src/there' },
  { rule: 'storage-imports', file: 'libs/storage/src/bus.ts', imports: '../../messaging/src/there' },
  { rule: 'service-imports', file: 'libs/service/src/query.ts', imports: '../../query/src/there' },
  { rule: 'no-other-app', file: `${gateway}/app.ts`, imports: '../../tokens/src/there' },
  { rule: 'no-database-in-the-gateway', file: `${gateway}/database.ts`, imports: 'mongoose' },
  { rule: 'no-database-in-the-gateway', file: `${gateway}/storage.ts`, imports: '../../../libs/storage/src/there' },
  { rule: 'duckdb-only-in-the-catalogue', file: 'apps/registry/src/rows.ts', imports: '@duckdb/node-api' },
  { rule: 'console-imports', file: 'apps/console/src/bus.ts', imports: '../../../libs/messaging/src/there' },
  { rule: 'console-imports', file: 'apps/console/src/nest.ts', imports: '@nestjs/common' },
  { rule: 'no-pages-in-the-shell', file: 'apps/console/src/shell/menu.ts', imports: '../pages/there' },
  {
    rule: 'no-schemas-in-the-browser',
    file: 'apps/console/src/schema.ts',
    imports: '../../../libs/contracts/src/there',
  },
  { rule: 'no-tests-in-the-product', file: `${gateway}/tests.ts`, imports: '../../../test/there' },
  { rule: 'no-cycles', file: `${gateway}/cycle.ts`, imports: './way-back' },
  { rule: 'no-folder-cycles', file: `${gateway}/upper/room.ts`, imports: '../lower/room' },
  { rule: 'not-to-unresolvable', file: `${gateway}/unresolvable.ts`, imports: './nowhere' },
  { rule: 'no-dev-packages-in-the-product', file: `${gateway}/dev.ts`, imports: 'jest' },
];

/** Where the files stand that are imported against a rule. */
const imported = [
  'apps/console/src/pages',
  'apps/tokens/src',
  'libs/contracts/src',
  'libs/contracts/src/tokens',
  'libs/messaging/src',
  'libs/query/src',
  'libs/storage/src',
  'test',
];

/** Runs the import rules over a tree of planted files, in which each package that is imported stands as an empty one. */
function violations(): { from: string; rule: { name: string } }[] {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-planted-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const dependencies = { mongoose: '1', '@duckdb/node-api': '1', '@nestjs/common': '1' };
  const devDependencies = { jest: '1' };
  try {
    write('package.json', JSON.stringify({ name: 'planted', dependencies, devDependencies }));
    write('tsconfig.json', '{}');
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
      write(`node_modules/${name}/index.js`, '');
    }
    for (const place of imported) write(`${place}/there.ts`, 'export const there = 1;\n');
    write(`${gateway}/way-back.ts`, "import './cycle';\n");
    // No file of these two rooms imports in a circle, the rooms do.
    write(`${gateway}/lower/room.ts`, 'export const room = 1;\n');
    write(`${gateway}/lower/stair.ts`, "import '../upper/landing';\n");
    write(`${gateway}/upper/landing.ts`, 'export const landing = 1;\n');
    for (const { file, imports } of planted) write(file, `import '${imports}';\n`);
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const rules = join(root, '.dependency-cruiser.cjs');
    const options = ['apps', 'libs', 'test', '--config', rules, '--output-type', 'json'];
    const cruise = spawnSync(process.execPath, [cruiser, ...options], { cwd: directory, encoding: 'utf8' });
    return JSON.parse(cruise.stdout).summary.violations;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('the import rules bite', () => {
  const found = violations().map(({ from, rule }) => `${rule.name} ${from}`);

  it.each(planted)('$rule refuses $imports in $file', ({ rule, file }) => {
    expect(found).toContain(`${rule} ${rule === 'no-folder-cycles' ? dirname(file) : file}`);
  });
});

/** The contract of the audit log that a service answers by its `ServiceModule` (libs/service/src/audit-controller.ts). */
function auditHandlers(path: string): string[] {
  const services = [...read(path).matchAll(/ServiceModule\.with\(\{\s*name: '(\w+)'/g)].map(([, name = '']) => name);
  const answered = Object.entries(auditContracts).filter(([service]) => services.includes(service));
  return answered.map(([service]) => `list${service.charAt(0).toUpperCase()}${service.slice(1)}Audit`);
}

describe('contracts', () => {
  const contracts = sources
    .filter((path) => path.startsWith('libs/contracts/src/'))
    .flatMap((path) => Object.entries(require(join(root, path)) as Record<string, unknown>))
    .filter((entry): entry is [string, Contract] => (entry[1] as Contract | undefined)?.kind === 'contract');
  const handlers = sources
    .filter((path) => path.startsWith('apps/') && !path.endsWith('.spec.ts'))
    .flatMap((path) => {
      const app = path.split('/')[1];
      const written = [...read(path).matchAll(/@Handles\((\w+)\)/g)].map(([, name = '']) => ({ name, app }));
      return [...written, ...auditHandlers(path).map((name) => ({ name, app }))];
    });

  it('each have exactly one handler, in the service that their subject names', () => {
    const expected = contracts.map(([name, { subject }]) => ({ name, app: subject.split('.')[0] }));
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(handlers.sort(byName)).toEqual(expected.sort(byName));
  });

  it('each have a subject of their own of the form service.resource.verb', () => {
    const subjects = contracts.map(([, { subject }]) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    for (const subject of subjects) expect(subject).toMatch(/^(catalogue|registry|tokens)(\.[a-z][a-z-]*){2}$/);
  });
});

describe('the users of the bus (libs/contracts/src/bus/bus-users.ts)', () => {
  const exported = sources
    .filter((path) => path.startsWith('libs/contracts/src/') && !path.endsWith('bus-users.ts'))
    .flatMap((path) => Object.entries(require(join(root, path)) as Record<string, { kind?: unknown }>))
    .filter((entry): entry is [string, Contract | EventContract] => /^(contract|event)$/.test(`${entry[1]?.kind}`));
  const nameOf = new Map(exported.map(([name, { subject }]) => [subject, name]));
  const named = (list: readonly { subject: string }[]) => list.map(({ subject }) => nameOf.get(subject)).sort();
  const textOf = (app: string) =>
    sources
      .filter((path) => path.startsWith(`apps/${app}/src/`) && !path.endsWith('.spec.ts'))
      .map((path) => read(path).replace(/^import [^;]+;$/gm, ''))
      .join('\n');

  it('know every message: each file of contracts is in `modules`', () => {
    expect(named(messages)).toEqual(exported.map(([name]) => name).sort());
  });

  it.each(busUserNames)('let %s call what its code calls, and nothing else', (app) => {
    const isCalled = new RegExp(
      `(?<!\\b(?:typeof|Handles\\(|refuse\\(\\s*|isRefusal\\([^,]+,\\s*)\\s*)(?<![.\\w'])(${exported
        .filter(([, { kind }]) => kind === 'contract')
        .map(([name]) => name)
        .join('|')})\\b(?!\\s*\\(|\\.timeoutMs)`,
      'g',
    );
    const called = new Set([...textOf(app).matchAll(isCalled)].map(([, name]) => name));
    expect(named(busUsers[app].calls)).toEqual([...called].sort());
  });

  it.each(busUserNames)('let %s hear what its code hears, and nothing else', (app) => {
    const heard = new Set([...textOf(app).matchAll(/@Hears\((\w+)/g)].map(([, name]) => name));
    expect(named(busUsers[app].hears)).toEqual([...heard].sort());
  });

  it('let nobody but the service in its subject tell an event', () => {
    const told = ['gateway', 'catalogue', 'registry', 'tokens', 'standalone'].flatMap((app) =>
      [...textOf(app).matchAll(/events\.publish\((\w+)/g)].map(([, name]) => ({ app, name })),
    );
    const events = exported.filter(([, { kind }]) => kind === 'event');
    const expected = events.map(([name, { subject }]) => ({ app: subject.split('.')[0], name }));
    const byName = (a: { name?: string }, b: { name?: string }) => `${a.name}`.localeCompare(`${b.name}`);
    expect(told.sort(byName)).toEqual(expected.sort(byName));
  });
});

describe('routes of the gateway', () => {
  const config = GatewayConfig.parse({ NATS_URL: 'nats://127.0.0.1:4222' });
  const { controllers = [] } = GatewayModule.with(config);
  const routes = controllers.flatMap((controller) => {
    const methods = Object.getOwnPropertyNames(controller.prototype).map((name) => controller.prototype[name]);
    return methods
      .filter((method) => typeof method === 'function' && Reflect.hasMetadata(METHOD_METADATA, method))
      .map((method) => {
        const parts: string[] = [
          Reflect.getMetadata(PATH_METADATA, controller),
          Reflect.getMetadata(PATH_METADATA, method),
        ];
        return {
          method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, method)],
          path: `/${parts.filter((part) => part !== '/').join('/')}`,
          access: Reflect.getMetadata(ACCESS_RULE, method) ?? Reflect.getMetadata(ACCESS_RULE, controller),
        };
      });
  });

  it('each declare an access rule', () => {
    expect(routes.length).toBeGreaterThan(40);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('open to everybody are pages without data, signing in and setting up, and no other', () => {
    const open = routes.filter(({ access }) => access === 'public').map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      'GET /',
      'GET /console',
      'GET /docs/apis/:slug',
      'GET /docs/errors',
      'GET /manage/v1/setup',
      'POST /manage/v1/session',
      'POST /manage/v1/setup',
      'POST /manage/v1/setup/password',
    ]);
  });

  it('of management have the roles that docs/management.md says, and it names each of them', () => {
    const rows = [...read('docs/management.md').matchAll(/^\| `([A-Z]+)` \| `([^`]+)` \| (\w+) \|/gm)];
    const documented = rows.map(([, method, path, access]) => `${method} /manage/v1${path} ${access}`);
    const management = routes.filter(({ path }) => path.startsWith('/manage/v1/'));
    expect(documented.sort()).toEqual(
      management.map(({ method, path, access }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')} ${access}`).sort(),
    );
  });

  it('of management are read by viewers; what changes something needs an editor at least', () => {
    const ofEverybody = /^\/manage\/v1\/(session|setup|admin-keys|admins\/:adminId\/keys)/;
    const management = routes.filter(({ path }) => path.startsWith('/manage/v1/') && !ofEverybody.test(path));
    const least = (method: string | undefined) => (method === 'GET' ? ['viewer'] : ['editor', 'owner']);
    expect(management.filter(({ method, access }) => !least(method).includes(access))).toEqual([]);
  });
});

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
  const pages = git('ls-files', '*.md');
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

describe('source files', () => {
  it('have at most 400 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 401);
    expect(long).toEqual([]);
  });

  it('are no barrels and carry no switched-off checks', () => {
    const pattern = /^export \* from|@ts-ignore|@ts-nocheck|biome-ignore/m;
    expect(sources.filter((path) => !path.endsWith('architecture.spec.ts') && pattern.test(read(path)))).toEqual([]);
  });
});
