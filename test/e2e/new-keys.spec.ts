import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ANNOUNCED_MS, KEPT_MS } from '@sluice/storage/installation-keys';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { Publisher, read, vegaFile } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const run = promisify(execFile);
/** Every gateway asks for the keys at least every 15 s. */
const TAKEN_UP_MS = 25_000;

describe('a new key of the installation', () => {
  const stack = useStack({ gateways: 2, stepped: ['tokens-1'] });

  test('seals cursors without a restart; what the one before sealed goes on for a day, and no longer', async () => {
    const publisher = new Publisher(stack);
    const { api, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    const page = async (gateway: string, query: string) => read(gateway, `${api.path}?_limit=3${query}`, secret);
    const cursorOf = async (gateway: string) => {
      const { json } = await page(gateway, '');
      return (json as { page: { nextCursor: string } }).page.nextCursor;
    };
    const statuses = async (cursor: string) =>
      Promise.all(stack.gateways.map(async (gateway) => (await page(gateway, `&_cursor=${cursor}`)).status));
    await waitFor('both gateways', async () => {
      const all = await Promise.all(stack.gateways.map((gateway) => page(gateway, '')));
      return all.every(({ status }) => status === 200);
    });
    const before = await cursorOf(stack.url);

    const command = join(projectRoot, 'dist/apps/standalone/src/backups/main.js');
    const { stdout } = await run(process.execPath, [command, 'rotate-keys'], { env: { MONGO_URL: stack.mongoUrl } });
    expect(stdout).toMatch(/a new key is used from \S+Z on/);
    // Known, but not used yet.
    expect(await cursorOf(stack.url)).toBe(before);

    await stack.clock('tokens-1').step(ANNOUNCED_MS);
    const seen = new Set<string>();
    await waitFor(
      'both gateways to seal with the new key',
      async () => {
        const cursors = await Promise.all(stack.gateways.map(cursorOf));
        for (const cursor of cursors) seen.add(cursor);
        // Whichever key it is of, all take it at any moment.
        for (const cursor of seen) expect(await statuses(cursor)).toEqual([200, 200]);
        return cursors.every((cursor) => cursor !== before);
      },
      TAKEN_UP_MS,
    );
    expect(seen.size).toBe(2);

    await stack.clock('tokens-1').step(KEPT_MS);
    const refused = async (cursor: string) => (await statuses(cursor)).every((status) => status === 400);
    await waitFor('the end of the key before', () => refused(before), TAKEN_UP_MS);
    const [after = ''] = [...seen].filter((cursor) => cursor !== before);
    expect(await statuses(after)).toEqual([200, 200]);
  }, 120_000);
});
