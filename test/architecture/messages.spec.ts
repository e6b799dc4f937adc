import { join } from 'node:path';
import { auditContracts } from '@sluice/contracts/audit';
import { busUsers, messages } from '@sluice/contracts/bus/bus-users';
import { busUserNames } from '@sluice/contracts/bus-user-names';
import type { Contract, EventContract } from '@sluice/contracts/contract';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { read, sources } from './sources';

/** The contract of the audit log that a service answers by its `ServiceModule` (libs/service/src/audit-controller.ts). */
function auditHandlers(path: string): string[] {
  const services = [...read(path).matchAll(/ServiceModule\.with\(\{\s*name: '(\w+)'/g)].map(([, name = '']) => name);
  const answered = Object.entries(auditContracts).filter(([service]) => services.includes(service));
  return answered.map(([service]) => `list${service.charAt(0).toUpperCase()}${service.slice(1)}Audit`);
}

describe('contracts', () => {
  const contracts = sources
    .filter((path) => path.startsWith('libs/contracts/src/'))
    .flatMap((path) => Object.entries(require(join(projectRoot, path)) as Record<string, unknown>))
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
    .flatMap((path) => Object.entries(require(join(projectRoot, path)) as Record<string, { kind?: unknown }>))
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
