import { read } from '../support/publisher';
import { useBackups } from '../support/use-backups';

const FILE = 'id,region\n1,EU\n2,US\n';

describe('a restore', () => {
  const starts = useBackups();
  const run = (command: 'backup' | 'restore', ...args: string[]) =>
    starts.succeed(command, args, starts.dataOf('data'));

  test('gives back no token, assignment or API that was ended after the backup: Sluice does not start before they are merged', async () => {
    const { program: first, publisher } = await starts.startEmpty('data');
    const kept = await publisher.publish('Kept', 'csv', FILE);
    const revoked = await publisher.token('Revoked');
    const unassigned = await publisher.token('Unassigned');
    for (const { token } of [revoked, unassigned]) await publisher.assign(kept.api.id, token.id);
    const off = await publisher.publish('Off', 'csv', FILE);
    await run('backup', starts.folder.path);

    expect((await publisher.call('POST', `/tokens/${revoked.token.id}/revoke`)).status).toBe(200);
    expect((await publisher.call('DELETE', `/apis/${kept.api.id}/tokens/${unassigned.token.id}`)).status).toBe(204);
    expect((await publisher.call('POST', `/apis/${off.api.id}/deactivate`)).status).toBe(200);
    const answers = (url: string) =>
      Promise.all(
        [
          [kept.api.path, kept.secret],
          [kept.api.path, revoked.secret],
          [kept.api.path, unassigned.secret],
          [off.api.path, off.secret],
        ].map(async ([path = '', secret = '']) => (await read(url, path, secret)).status),
      );
    expect(await answers(first.url)).toEqual([200, 401, 403, 404]);
    await starts.stop(first);

    expect(await run('restore', starts.folder.path, '--replace')).toContain('lets nobody in until');
    const fenced = await starts.start('data', { SLUICE_SAMPLE: 'false' });
    expect(await fenced.exit()).toBe(1);
    expect(fenced.output).toContain('npm run restore -- --merge-revocations');

    expect(await run('restore', '--merge-revocations')).toMatch(/in registry .* \d+ \(\d+ applied/);
    const again = await starts.start('data', { SLUICE_SAMPLE: 'false' });
    await again.ready();
    expect(await answers(again.url)).toEqual([200, 401, 403, 404]);
    await starts.stop(again);
  }, 120_000);
});
