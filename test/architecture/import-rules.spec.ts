import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

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
  { rule: 'backup-imports', file: 'libs/backup/src/bus.ts', imports: '../../messaging/src/there' },
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
    const cruiser = join(projectRoot, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const rules = join(projectRoot, '.dependency-cruiser.cjs');
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
