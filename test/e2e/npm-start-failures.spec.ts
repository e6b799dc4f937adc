import { truncate } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { EmbeddedMongo } from '../../apps/standalone/src/embedded/embedded-mongo';
import { freePorts } from '../support/free-ports';
import { NpmStart } from '../support/npm-start';
import { Publisher } from '../support/publisher';
import { SmallDisk } from '../support/small-disk';
import { paste, useNpmStart } from '../support/use-npm-start';
import { waitFor } from '../support/wait-for';

/** More than a first start needs. */
const DISK_MIB = 700;
const START_MS = 60_000;

describe('npm start that cannot start or go on', () => {
  const starts = useNpmStart();
  const start = starts.start.bind(starts);
  const stop = starts.stop.bind(starts);

  const lastLine = ({ output }: NpmStart) => output.trim().split('\n').at(-1);

  describe('on a disk that becomes full', () => {
    let disk: SmallDisk | null;

    beforeAll(async () => {
      disk = await SmallDisk.mount(DISK_MIB);
    });
    afterAll(() => disk?.unmount());

    const guarantee = (name: string, check: (disk: SmallDisk) => Promise<void>, timeoutMs: number) =>
      test(
        name,
        async () => {
          if (disk) await check(disk);
          else console.warn(`skipped, no small disk can be mounted here: ${name}`);
        },
        timeoutMs,
      );

    guarantee(
      'a first start with too little space says so in one line',
      async (small) => {
        await small.resize(100);
        const program = await start(join(small.directory, 'data'));
        expect(await program.exit()).toBe(1);
        expect(lastLine(program)).toMatch(
          /^the disk of the data directory \S+ is full: \d+ MiB are free, and 564 MiB are needed for a first start: /,
        );
        await small.resize(DISK_MIB);
      },
      START_MS,
    );

    guarantee(
      'it says what is needed, refuses imports, and goes on reading and telling its health, also with nothing left and over a restart',
      async (small) => {
        const first = await start(join(small.directory, 'data'));
        await first.ready();
        const publisher = new Publisher({ url: first.url, adminKey: await first.said('admin key: ') });
        const curl = await first.said(' {2}curl ');
        const rows = (await paste(curl, first)).data;
        const { id } = await publisher.dataset('More');
        const health = async (program: NpmStart) =>
          (await (await fetch(`${program.url}/health/ready`)).json()) as { status: string; degraded: string[] };
        await small.fill();
        await first.said('are free, and 512 MiB are needed: ');
        // Each writes a line into a log that takes none any more.
        for (let times = 0; times < 200; times++) await fetch(`${first.url}/api/nothing`);
        await waitFor('the gateway to notice', async () => (await health(first)).degraded.length > 0);
        expect(await health(first)).toMatchObject({
          status: 'ok',
          degraded: [
            expect.stringMatching(/^disk: the disk of the data directory is full: \d+ MiB are free, and 512 MiB/),
          ],
        });
        expect((await paste(curl, first)).data).toEqual(rows);
        const refused = await publisher.upload(id, 'csv', 'n\n1\n');
        expect(refused).toMatchObject({ status: 507, json: { code: 'storage_full' } });
        await stop(first);

        const blocked = await start(join(small.directory, 'data'));
        expect(await blocked.exit()).toBe(1);
        expect(lastLine(blocked)).toMatch(
          /^the embedded MongoDB engine did not start: there is no room left on the disk of \S+ \(.* 512 MiB are needed\)$/,
        );

        await small.empty();
        await small.leaveFree(300);
        const second = await start(join(small.directory, 'data'));
        await second.ready();
        expect((await paste(curl, second)).data).toEqual(rows);
        await second.said('MiB are free, and 512 MiB are needed: ');
        await small.resize(DISK_MIB);
        await second.said('has room again');
        await stop(second);
      },
      2 * START_MS,
    );
  });

  test('a damaged file of MongoDB is one sentence that says what to do', async () => {
    const directory = join(starts.parent, 'damaged', 'mongo-embedded');
    const engine = new EmbeddedMongo(directory);
    await engine.start();
    await engine.stop();
    await truncate(join(directory, 'WiredTiger.wt'), 4_096);
    const program = await start('damaged');
    expect(await program.exit()).toBe(1);
    expect(lastLine(program)).toMatch(
      /^MongoDB cannot read its files in \S+damaged\/mongo-embedded .* Put the backup of the data directory in its place, or/,
    );
  });

  test('a taken port and a data directory that cannot be written are one clear line each', async () => {
    const other = createServer();
    const [port = 0] = await freePorts(1);
    await new Promise<void>((resolve) => {
      other.listen(port, '127.0.0.1', resolve);
    });
    const blocked = new NpmStart(port, join(starts.parent, 'blocked'));
    expect(await blocked.exit()).toBe(1);
    expect(blocked.output).toBe(
      `port ${port} is already in use: set PORT to a free one, such as PORT=${port + 1} npm start\n`,
    );
    await new Promise((resolve) => {
      other.close(resolve);
    });

    const unwritable = await start('../../../dev/null/data');
    expect(await unwritable.exit()).toBe(1);
    expect(unwritable.output).toMatch(/^the data directory \S+ cannot be written \(\w+\): .*\n$/);
  });
});
