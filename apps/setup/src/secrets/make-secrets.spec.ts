import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSecrets, type SecretPlan } from './make-secrets';
import { SecretFiles } from './secret-files';

const VOLUMES = ['admin', 'backup', 'gateway', 'catalogue', 'registry', 'tokens', 'nats', 'mongo'];
const SERVICES = ['gateway', 'catalogue', 'registry', 'tokens'];
const me = process.getuid?.() ?? 0;
const permissions = Object.fromEntries(SERVICES.map((name) => [name, { publish: [`${name}.told`], subscribe: [] }]));

describe('the secrets of a compose installation', () => {
  let root = '';
  const make = (plan: Partial<SecretPlan> = {}) =>
    makeSecrets(new SecretFiles(root, { node: me, mongodb: me }), {
      permissions,
      mongoHosts: ['mongo:27017'],
      ...plan,
    });
  const read = (volume: string, name: string) => readFileSync(join(root, volume, name), 'utf8');
  const all = () =>
    Object.fromEntries(
      VOLUMES.flatMap((volume) =>
        readdirSync(join(root, volume)).map((name) => [`${volume}/${name}`, read(volume, name)]),
      ),
    );
  const login = (service: string) => {
    const [user = '', password = ''] = read(service, 'nats-login').trim().split(' ');
    return { user, password };
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
    for (const volume of VOLUMES) mkdirSync(join(root, volume));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  test('are made once: later starts change nothing, and nobody but their owner may read them', () => {
    make();
    const first = all();
    expect(Object.keys(first).sort()).toEqual([
      'admin/admin-key',
      'backup/mongo-url',
      'catalogue/mongo-url',
      'catalogue/nats-login',
      'gateway/nats-login',
      'mongo/keyfile',
      'mongo/logins.json',
      'mongo/root-password',
      'nats/auth.conf',
      'nats/cluster-password',
      'nats/cluster.conf',
      'nats/logins.json',
      'registry/mongo-url',
      'registry/nats-login',
      'tokens/mongo-url',
      'tokens/nats-login',
    ]);
    make();
    expect(all()).toEqual(first);
    for (const path of Object.keys(first)) expect(statSync(join(root, path)).mode & 0o777).toBe(0o400);
    for (const volume of VOLUMES) expect(statSync(join(root, volume)).mode & 0o777).toBe(0o700);
  });

  test('of a release before go on to be let in by NATS, until passwords are replaced', () => {
    for (const service of SERVICES) writeFileSync(join(root, service, 'nats-password'), `of ${service}`);
    make();
    for (const service of SERVICES) {
      expect(read(service, 'nats-login')).toBe(`${service} of ${service}\n`);
      expect(read('nats', 'auth.conf')).toContain(`{ user: "${service}", password: "of ${service}", permissions`);
    }
    for (const step of ['prepare', 'hand-out', 'retire'] as const) make({ rotation: { step, system: 'nats' } });
    expect(read('nats', 'auth.conf')).not.toContain('of gateway');
    expect(readdirSync(join(root, 'gateway'))).toEqual(['nats-login']);
  });

  test('of each service name a user of MongoDB of its own, on every member of the set', () => {
    make({ mongoHosts: ['mongo:27017', 'mongo-2:27017'] });
    const urls = ['catalogue', 'registry', 'tokens', 'backup'].map(
      (service) => new URL(read(service, 'mongo-url').replace(',mongo-2:27017', '')),
    );
    expect(urls.map(({ username }) => username)).toEqual(['catalogue', 'registry', 'tokens', 'backup']);
    expect(new Set(urls.map(({ password }) => password)).size).toBe(4);
    expect(read('tokens', 'mongo-url')).toMatch(/@mongo:27017,mongo-2:27017\/\?replicaSet=sluice&authSource=admin$/);
  });

  test('are replaced for one system only, which lets in both logins until the old ones retire', () => {
    make();
    const before = all();
    const old = login('tokens');
    make({ rotation: { step: 'prepare', system: 'nats' } });
    expect(login('tokens')).toEqual(old);
    make({ rotation: { step: 'hand-out', system: 'nats' } });
    const next = login('tokens');
    expect(next).not.toEqual(old);
    // An installation that is started anew in between stays where it is.
    make();
    for (const { user, password } of [old, next]) {
      expect(read('nats', 'auth.conf')).toContain(
        `{ user: "${user}", password: "${password}", permissions: {\n      publish: { allow: ["tokens.told"] }`,
      );
    }
    make({ rotation: { step: 'retire', system: 'nats' } });
    expect(read('nats', 'auth.conf')).not.toContain(old.password);
    const changed = Object.entries(all()).filter(([path, text]) => before[path] !== text);
    expect(changed.map(([path]) => path.split('/').at(-1)).sort()).toEqual([
      'auth.conf',
      'logins.json',
      ...SERVICES.map(() => 'nats-login'),
    ]);
  });

  test('have the admin key that the operator gives, whatever was there', () => {
    make();
    make({ adminKey: 'sla_given' });
    expect(read('admin', 'admin-key')).toBe('sla_given');
  });
});
