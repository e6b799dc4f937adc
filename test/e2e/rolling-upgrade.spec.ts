import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { earlierServices, withoutEarlierRelease } from '../support/earlier-release';
import { tour } from '../support/management-tour';
import { MessageRecorder } from '../support/message-recorder';
import { Publisher, read } from '../support/publisher';
import { Stack } from '../support/stack';
import { SteadyLoad } from '../support/steady-load';
import { waitFor } from '../support/wait-for';

const RECORDED = join(projectRoot, 'test/cases/release-before.json');
const BUILD_MS = 120_000;
const UPGRADE_MS = 240_000;
const ROWS = 500;
/** Those that others ask come first, as in docker/upgrade, and last on the way back. */
const UPGRADE = ['tokens', 'registry', 'catalogue', 'gateway'].flatMap((name) => [`${name}-1`, `${name}-2`]);
const file = `id,city\n${Array.from({ length: ROWS }, (_, id) => `${id},city ${id % 16}`).join('\n')}\n`;

const upgrade = withoutEarlierRelease ? describe.skip : describe;
const skipped = withoutEarlierRelease ? ` (skipped: ${withoutEarlierRelease})` : '';

/** Writes down what the release before says, for test/architecture/release-before.spec.ts. */
async function recordMessages(stack: Stack, publisher: Publisher): Promise<void> {
  const recorder = await MessageRecorder.start(stack.bus);
  await tour(publisher);
  await waitFor('the usage to be recorded', async () => (await publisher.call('GET', '/usage')).status === 200);
  const messages = await recorder.stop();
  await writeFile(RECORDED, `[\n${messages.map((message) => JSON.stringify(message)).join(',\n')}\n]\n`);
}

upgrade(`services that are replaced one by one, under pages, filters and sends${skipped}`, () => {
  let earlier: string;
  let stack: Stack;
  let load: SteadyLoad;
  let publisher: Publisher;
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    earlier = await earlierServices();
    stack = await Stack.start({ services: earlier, gateways: 2, tokens: 2, registry: 2, catalogue: 2 });
    publisher = new Publisher(stack);
    if (process.env.SLUICE_RECORD_MESSAGES === 'true') await recordMessages(stack, publisher);
    open = await publisher.publish('Rows', 'csv', file);
    const { id, datasetId, path } = open.api;
    const sends = await publisher.api({ name: 'Sends', datasetId, path, method: 'POST', active: true });
    await publisher.assign(sends.id, open.tokenId);
    const isOpen = async (gateway: string) => (await read(gateway, path, open.secret)).status === 200;
    for (const gateway of stack.gateways) await waitFor(`${id} at ${gateway}`, () => isOpen(gateway));
    load = new SteadyLoad(stack.gateways, { path, secret: open.secret });
    load.start();
  }, BUILD_MS);
  afterAll(async () => {
    await load?.stop();
    await stack?.stop();
  });

  /** Starts replicas from another release, one after the other; what changes on the way has to hold everywhere. */
  const replace = async (names: readonly string[], services?: string) => {
    for (const name of names) {
      await stack.replace(name, services);
      const gateway = stack.gateways[Number(name.split('-')[1]) - 1] ?? '';
      if (name.startsWith('gateway')) load.back(gateway);
      if (name.endsWith('-1')) await changeEverywhere(`${services ? 'back' : 'on'} ${name}`);
    }
  };

  /** A new token opens an API with settings at every gateway, and closes it again when it is revoked. */
  const changeEverywhere = async (name: string) => {
    const settings = { exposed: ['id'], limits: { maxPage: 10 }, active: true };
    const api = await publisher.api({ name, datasetId: open.api.datasetId, ...settings });
    const { token, secret } = await publisher.token(name);
    await publisher.assign(api.id, token.id);
    const answers = async (status: number) => {
      for (const gateway of stack.gateways)
        await waitFor(`${status} for ${name}`, async () => (await read(gateway, api.path, secret)).status === status);
    };
    await answers(200);
    expect((await publisher.call('POST', `/tokens/${token.id}/revoke`)).status).toBe(200);
    await answers(401);
    const { status } = await publisher.call('DELETE', `/apis/${api.id}`);
    expect(status).toBe(204);
  };

  it.each([
    ['from the release before to this one', UPGRADE, () => undefined],
    ['and back', UPGRADE.toReversed(), () => earlier],
  ])(
    'answer every request well %s',
    async (_, names, services) => {
      await replace(names, services());
      // Only this release tells how long requests on the bus take.
      for (const name of UPGRADE)
        expect((await stack.allMetrics(name)).includes('sluice_bus_asked_duration_seconds')).toBe(!services());
      expect(load.failures).toEqual([]);
      console.info(`${load.answered} requests, ${load.acknowledged.length} rows were sent`);
    },
    UPGRADE_MS,
  );

  it('have every row that was acknowledged, once', async () => {
    await load.stop();
    const { text } = await read(stack.url, `${open.api.path}/_export?_format=ndjson`, open.secret);
    const ids = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: number }).id);
    expect(load.acknowledged.length).toBeGreaterThan(0);
    expect(ids.slice(ROWS).toSorted()).toEqual(load.acknowledged.toSorted());
    expect(load.failures).toEqual([]);
  });
});
