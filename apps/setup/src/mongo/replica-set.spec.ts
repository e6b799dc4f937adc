import { firstConfig, nextConfig, type SetConfig } from './replica-set';

const three = ['mongo:27017', 'mongo-2:27017', 'mongo-3:27017'];
const voting = (host: string, id: number) => ({ _id: id, host, priority: 1, votes: 1 });

/** Applies every change until the set is as it should be; a new member has caught up at the second look. */
function extend(begin: SetConfig, hosts: readonly string[]): SetConfig[] {
  const [configs, looks] = [[begin], new Map<string, number>()];
  const isCaughtUp = (host: string) => {
    looks.set(host, (looks.get(host) ?? 0) + 1);
    return (looks.get(host) ?? 0) > 1;
  };
  for (;;) {
    const next = nextConfig(configs.at(-1) as SetConfig, hosts, isCaughtUp);
    if (next === 'done') return configs;
    if (next !== 'wait') configs.push(next);
  }
}

describe('the replica set', () => {
  test('begins with its first member alone, which is all that is needed for one', () => {
    expect(firstConfig(three)).toEqual({ _id: 'sluice', members: [{ _id: 0, host: 'mongo:27017' }] });
    expect(nextConfig(firstConfig(three), ['mongo:27017'], () => true)).toBe('done');
  });

  test('grows from one member to three: each comes without a vote, and gets it once it has the data', () => {
    const configs = extend({ ...firstConfig(three), version: 1 }, three);
    const votes = configs.map(({ members }) => members.map(({ votes = 1 }) => votes).join(''));
    expect(votes).toEqual(['1', '10', '100', '110', '111']);
    expect(configs.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    const { members } = configs.at(-1) as SetConfig;
    expect(members.map(({ host }) => host)).toEqual(three);
    expect(new Set(members.map(({ _id }) => _id)).size).toBe(3);
    expect(members.map(({ priority = 1 }) => priority)).toEqual([1, 1, 1]);
  });

  test('of three is left as it is, also while one of them is away, and with a member that an operator added', () => {
    const config = { _id: 'sluice', version: 7, members: three.map(voting) };
    expect(nextConfig(config, three, () => false)).toBe('done');
    const more = {
      ...config,
      members: [...config.members, { _id: 9, host: 'elsewhere:27017', votes: 0, priority: 0 }],
    };
    expect(nextConfig(more, three, () => false)).toBe('done');
  });

  test('keeps what else its configuration says', () => {
    const config = {
      _id: 'sluice',
      version: 3,
      term: 2,
      settings: { heartbeatTimeoutSecs: 5 },
      members: [voting('mongo:27017', 0)],
    };
    expect(nextConfig(config, three, () => true)).toMatchObject({
      version: 4,
      term: 2,
      settings: { heartbeatTimeoutSecs: 5 },
    });
  });

  test('waits for a new member that has not caught up', () => {
    const members = [voting('mongo:27017', 0), { _id: 1, host: 'mongo-2:27017', priority: 0, votes: 0 }];
    expect(nextConfig({ _id: 'sluice', version: 2, members }, three.slice(0, 2), () => false)).toBe('wait');
  });
});
