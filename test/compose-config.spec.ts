import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../apps/standalone/src/machine/project-root';
import { composeServices, hasCompose } from './support/compose-config';

const dockerfile = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8');

(hasCompose ? describe : describe.skip)('docker-compose.yml (where docker compose is installed)', () => {
  test('starts a MongoDB, and none where MONGO_URL names one of the operator', () => {
    const url = 'mongodb://db.example.com/?replicaSet=rs0';
    const [ours, theirs] = [composeServices(), composeServices({ MONGO_URL: url })];
    expect([ours.mongo?.scale, theirs.mongo?.scale]).toEqual([1, 0]);
    for (const name of ['catalogue', 'registry', 'tokens', 'backup']) {
      expect(composeServices({ MONGO_URL: url, COMPOSE_PROFILES: 'backup' })[name]?.environment?.MONGO_URL).toBe(url);
    }
    const withoutScale = ({ scale: _, ...service }: NonNullable<typeof ours.mongo>) => service;
    if (!ours.mongo || !theirs.mongo) throw new Error('no mongo');
    expect(withoutScale(theirs.mongo)).toEqual(withoutScale(ours.mongo));
  });

  test('has three members of MongoDB with the profile mongo-cluster, each with data of its own, and one without', () => {
    const hosts = 'mongo:27017,mongo-2:27017,mongo-3:27017';
    const services = composeServices({ COMPOSE_PROFILES: 'mongo-cluster', SLUICE_MONGO_HOSTS: hosts });
    const members = hosts.split(',').map((host) => services[host.split(':')[0] ?? '']);
    expect(members.map((member) => member?.command)).toEqual(members.map(() => members[0]?.command));
    const data = members.map((member) => member?.volumes?.find(({ target }) => target === '/data/db')?.source);
    expect(data).toEqual(['mongo-data', 'mongo-data-2', 'mongo-data-3']);
    // The members that come later take over the users of the first one.
    expect(members.map((member) => Object.keys(member?.environment ?? {}).length > 0)).toEqual([true, false, false]);
    const toldTo = (of: typeof services) =>
      ['secrets', 'mongo-setup'].map((name) => of[name]?.environment?.SLUICE_MONGO_HOSTS);
    expect(toldTo(services)).toEqual([hosts, hosts]);
    expect(toldTo(composeServices())).toEqual(['mongo:27017', 'mongo:27017']);
    expect(Object.keys(composeServices()).filter((name) => /^mongo-\d/.test(name))).toEqual([]);
  });

  test('gives each service its own secrets and no others', () => {
    const services = composeServices({ COMPOSE_PROFILES: 'backup' });
    const secretsOf = (name: string) =>
      services[name]?.volumes?.filter(({ target }) => target.startsWith('/run/secrets')).map(({ source }) => source);
    for (const name of ['gateway', 'catalogue', 'registry', 'backup'])
      expect(secretsOf(name)).toEqual([`${name}-secrets`]);
    expect(secretsOf('tokens')).toEqual(['tokens-secrets', 'admin-secrets']);
    expect(services.gateway?.environment).not.toHaveProperty('MONGO_URL_FILE');
  });

  test('takes every image that is not built here as an operator pins it', () => {
    const digest = (name: string) => `${name}@sha256:${'0'.repeat(64)}`;
    const names = ['NGINX', 'NATS', 'MONGO', 'PROMETHEUS', 'GRAFANA', 'NODE'];
    const pinned = Object.fromEntries(names.map((name) => [`SLUICE_${name}_IMAGE`, digest(name.toLowerCase())]));
    const COMPOSE_PROFILES = 'nats-cluster,mongo-cluster,observability,backup';
    const services = Object.values(composeServices({ COMPOSE_PROFILES, ...pinned }));
    const foreign = services.filter(({ build }) => !build).map(({ image }) => image);
    expect([...new Set(foreign)].sort()).toEqual(
      names
        .slice(0, -1)
        .map((name) => digest(name.toLowerCase()))
        .sort(),
    );
    const built = services.filter(({ build }) => build).map(({ build }) => build?.args);
    expect(built).toEqual(built.map(() => ({ SLUICE_NODE_IMAGE: digest('node') })));
    const used = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(used.filter((image = '') => !/^\$\{SLUICE_NODE_IMAGE\}$/.test(image))).toEqual([]);
  });

  test('runs what it runs once by an image of its own, and nothing that keeps data waits for another one', () => {
    const services = composeServices();
    const images = (names: string[]) => new Set(names.map((name) => services[name]?.image));
    expect(images(['secrets', 'mongo-setup'])).toEqual(new Set(['sluice-setup:secrets', 'sluice-setup:mongo']));
    for (const name of ['secrets', 'mongo-setup']) expect(services[name]?.build?.target).toBe('setup');
    expect(images(['gateway', 'catalogue', 'registry', 'tokens'])).toEqual(new Set(['sluice:latest']));
    for (const name of ['nats', 'mongo']) expect(Object.keys(services[name]?.depends_on ?? {})).toEqual(['secrets']);
    for (const name of ['secrets', 'mongo-setup']) expect(services[name]?.restart).toBe('on-failure');
  });
});
