import { composeServices, hasCompose } from './support/compose-config';

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
});
