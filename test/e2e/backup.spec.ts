import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../libs/backup/src/manifest';
import { BackupFolder, flipBit, runBackupCommand } from '../support/backups';
import { ordersOn } from '../support/orders';
import { Publisher, read, vegaFile } from '../support/publisher';
import { useBackups } from '../support/use-backups';
import { waitFor } from '../support/wait-for';

const SENDERS = 4;
/** A send waits while the documents are read, on a MongoDB of one node. */
const PAUSE_MS = 5_000;

describe('backup and restore', () => {
  const starts = useBackups();
  const dataOf = starts.dataOf.bind(starts);
  const succeed = starts.succeed.bind(starts);
  const manifestOf = (output: string, path = starts.folder.path): Manifest => {
    const name = /^ {2}(\d{4}-[\dT-]+Z) in /m.exec(output)?.[1] ?? '';
    return JSON.parse(readFileSync(join(path, 'backups', name, 'manifest.json'), 'utf8')) as Manifest;
  };

  test('under load every row that was acknowledged before the cut is restored, none twice, and every version with its file', async () => {
    const { program: first, adminKey, publisher } = await starts.startEmpty('first');
    const { path, secret, post } = await ordersOn({ url: first.url, adminKey }, 'Kept')();
    const imported = await publisher.dataset('Imported');
    const weather = await vegaFile('seattle-weather.csv');

    const acknowledged: { id: number; atMs: number }[] = [];
    let isLoaded = true;
    let slowestMs = 0;
    let nextId = 1_000;
    const send = async () => {
      while (isLoaded) {
        const id = nextId++;
        const startMs = performance.now();
        const { status } = await post({ order_id: id }, { 'idempotency-key': `"${id}"` });
        slowestMs = Math.max(slowestMs, performance.now() - startMs);
        if (status === 201) acknowledged.push({ id, atMs: Date.now() });
      }
    };
    const upload = async () => {
      while (isLoaded) expect((await publisher.upload(imported.id, 'csv', weather)).status).toBe(201);
    };
    const load = Promise.all([...Array.from({ length: SENDERS }, send), upload()]);
    await waitFor('the load', () => acknowledged.length > 100);
    const output = await succeed('backup', [starts.folder.path], dataOf('first'));
    const manifest = manifestOf(output);
    await waitFor('sends behind the cut', () =>
      acknowledged.some(({ atMs }) => atMs > Date.parse(manifest.cutAt) + 500),
    );
    isLoaded = false;
    await load;
    expect(slowestMs).toBeLessThan(PAUSE_MS);

    expect(await succeed('restore', [starts.folder.path], dataOf('second'))).toContain('restored');
    const other = await BackupFolder.make();
    const again = manifestOf(await succeed('backup', [other.path], dataOf('second')), other.path);
    await other.remove();
    expect(again.collections).toEqual(manifest.collections);
    expect(again.files).toEqual(manifest.files);

    const second = await starts.start('second');
    await second.ready();
    const exported = await read(second.url, `${path}/_export?_format=csv`, secret);
    expect(exported).toMatchObject({ status: 200 });
    const ids = exported.text
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => Number(line.split(',')[0]));
    const before = acknowledged.filter(({ atMs }) => atMs < Date.parse(manifest.cutAt)).map(({ id }) => id);
    expect(before.length).toBeGreaterThan(100);
    expect(before.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThan(acknowledged.length + 2);

    const restored = new Publisher({ url: second.url, adminKey });
    const versions = await restored.call('GET', `/datasets/${imported.id}/versions`);
    const { data } = versions.json as { data: { number: number }[] };
    expect(data.length).toBeGreaterThan(0);
    for (const { number } of data) {
      const rows = await restored.call('GET', `/datasets/${imported.id}/versions/${number}/rows?_limit=1`);
      expect(rows).toMatchObject({ status: 200 });
    }
    await starts.stop(second);

    const files = await starts.folder.files();
    const next = await succeed('backup', [starts.folder.path], dataOf('first'));
    expect(manifestOf(next).files.length).toBeGreaterThanOrEqual(manifest.files.length);
    expect((await starts.folder.files()).filter((file) => files.includes(file))).toHaveLength(files.length);
    expect(await succeed('verify', [starts.folder.path], {})).toContain('every byte is as it was written');
    const stored = files.find((file) => file.includes('/files/')) ?? '';
    await flipBit(stored, 12_345);
    const found = await runBackupCommand('verify', [starts.folder.path], {});
    expect(found.code).toBe(1);
    expect(found.output).toContain('is not what was written');
  }, 120_000);

  test.each([
    ['a folder that is not there', 'verify', ['/nowhere/at/all'], {}, 'there is no such folder'],
    ['no folder', 'backup', [], {}, 'one folder is needed: npm run backup -- FOLDER'],
    [
      'no installation',
      'backup',
      ['.'],
      { SLUICE_DATA_DIR: '/nowhere/at/all' },
      'there is no installation in /nowhere/at/all',
    ],
    [
      'a MongoDB that is away',
      'backup',
      ['.'],
      { MONGO_URL: 'mongodb://u:secret@127.0.0.1:1/' },
      'MongoDB does not answer',
    ],
  ] as const)('%s is one line that says so, and holds no secret', async (_, command, args, env, line) => {
    const { code, output } = await runBackupCommand(
      command,
      args.map((arg) => (arg === '.' ? starts.folder.path : arg)),
      env,
    );
    expect({ code, lines: output.trim().split('\n') }).toEqual({ code: 1, lines: [expect.stringContaining(line)] });
    expect(output).not.toContain('secret@');
  });

  test('an installation that runs is backed up, and never restored over', async () => {
    const { code, output } = await runBackupCommand('restore', [starts.folder.path, '--replace'], dataOf('first'));
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('in use by another Sluice') });
  });
});
