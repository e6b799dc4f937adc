import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASE } from '@sluice/runtime/release';
import { projectRoot } from '../apps/standalone/src/machine/project-root';

const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), 'utf8');

/** The variables that a file's zod schema declares. */
const declared = (source: string) => [...source.matchAll(/^\s+([A-Z][A-Z0-9_]{3,}):/gm)].map(([, name]) => name ?? '');

test('a release calls itself as its package does', () => {
  expect(RELEASE).toBe(JSON.parse(read('package.json')).version);
});

test('docs/operations.md names every environment variable of every process, and no other of Sluice', () => {
  const sources = [
    read('libs', 'runtime', 'src', 'service-environment.ts'),
    read('libs', 'runtime', 'src', 'tracing.ts'),
    read('apps', 'standalone', 'src', 'machine', 'settings.ts'),
    ...readdirSync(join(projectRoot, 'apps'))
      .map((app) => join('apps', app, 'src', 'config', `${app}-config.ts`))
      .filter((file) => existsSync(join(projectRoot, file)))
      .map((file) => read(file)),
  ];
  const variables = new Set(sources.flatMap(declared));
  expect(variables.size).toBeGreaterThan(10);
  const documented = new Set(
    [...read('docs', 'operations.md').matchAll(/`([A-Z][A-Z0-9_]{3,})/g)].map(([, name]) => name),
  );
  expect([...variables].filter((name) => !documented.has(name))).toEqual([]);
  const ours = [...documented].filter((name) => name?.startsWith('SLUICE_') && !name.endsWith('_FILE'));
  const ofCompose = [...read('docker-compose.yml').matchAll(/\$\{(SLUICE_[A-Z_]+)/g)].map(([, name]) => name);
  expect(ours.filter((name) => !variables.has(name ?? '') && !ofCompose.includes(name))).toEqual([]);
});

test('the image of the services tells the version that it is of', () => {
  const { version, license } = JSON.parse(read('package.json'));
  const label = read('Dockerfile')
    .match(/^LABEL .*$/gm)
    ?.at(-1);
  expect(label).toContain(`image.version=${version}`);
  expect(label).toContain(`image.licenses=${license}`);
});
