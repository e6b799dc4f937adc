import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { read } from '../support/publisher';
import { useStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;

/** As long as names may be, and nowhere to break them but anywhere. */
const names = ['W'.repeat(100), 'مبيعات'.repeat(16), '👩\u200D👩\u200D👧\u200D👦'.repeat(9)];

interface Made {
  datasetId: string;
  apiId: string;
  tokenId: string;
  importId: string;
}

/** Fields by ordinary names, and one by each of those names. */
const csv = ['id,customer_identifier,average_order_value_in_euros', ...names].join();

inBrowser(`names in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  const made: Made[] = [];

  beforeAll(async () => {
    const { publisher, stack } = console;
    for (const [index, name] of names.entries()) {
      const dataset = await publisher.dataset(name);
      await publisher.version(dataset.id, 'csv', `${csv}\n1,a,2.5,x,y,z\n`);
      await publisher.version(dataset.id, 'csv', `${csv}\nA,b,c,x,y,z\n`);
      const waiting = await publisher.upload(dataset.id, 'csv', `${csv}\n2,b,3.5,x,y,z\n`, '?review=true');
      const api = await publisher.api({
        name,
        description: name,
        datasetId: dataset.id,
        path: `p${index}`,
        active: true,
      });
      const { token, secret } = await publisher.token(name, { description: name });
      await publisher.assign(api.id, token.id);
      await publisher.call('POST', '/admins/invites', {
        name,
        email: `${'e'.repeat(60)}${index}@example.org`,
        role: 'viewer',
      });
      await read(stack.url, `p${index}`, secret);
      const { id: importId } = waiting.json as { id: string };
      made.push({ datasetId: dataset.id, apiId: api.id, tokenId: token.id, importId });
    }
    await console.signIn('/console/datasets');
  }, 60_000);

  const overflowsAt = async (path: string) => {
    await console.goto(path);
    await console.page.getByRole('heading', { level: 1 }).waitFor();
    await console.page.waitForLoadState('networkidle');
    return (await console.overflows()).map((overflow) => `${path} ${overflow}`);
  };

  it.each(['/datasets', '/apis', '/domains', '/tokens', '/usage', '/requests', '/activity', '/users'])(
    'stay in their places on %s, whatever they are, from a phone to a desktop',
    async (path) => {
      expect(await overflowsAt(path)).toEqual([]);
    },
  );

  it.each([
    ['a dataset', ({ datasetId }: Made) => `/datasets/${datasetId}`],
    ['the versions of a dataset', ({ datasetId }: Made) => `/datasets/${datasetId}/versions`],
    ['the fields of a dataset', ({ datasetId }: Made) => `/datasets/${datasetId}/fields`],
    ['the APIs over a dataset', ({ datasetId }: Made) => `/datasets/${datasetId}/usage`],
    ['a version', ({ datasetId }: Made) => `/datasets/${datasetId}/versions/2`],
    ['two versions compared', ({ datasetId }: Made) => `/datasets/${datasetId}/compare`],
    ['an import', ({ datasetId }: Made) => `/datasets/${datasetId}/import`],
    ['an import that waits', ({ datasetId, importId }: Made) => `/datasets/${datasetId}/import?import=${importId}`],
    ['an API', ({ apiId }: Made) => `/apis/${apiId}`],
    ['the form of an API', ({ apiId }: Made) => `/apis/${apiId}/edit`],
    ['SQL over an API', ({ apiId }: Made) => `/apis/${apiId}/query`],
    ['a new API', ({ datasetId }: Made) => `/apis/new?dataset=${datasetId}`],
    ['a token', ({ tokenId }: Made) => `/tokens/${tokenId}`],
    ['the requests of an API', ({ apiId }: Made) => `/requests?apiId=${apiId}`],
  ])(
    'stay in their places on the page of %s, in one word, from right to left and of joined emoji',
    async (_, pathOf) => {
      const overflows: string[] = [];
      for (const each of made) overflows.push(...(await overflowsAt(pathOf(each))));
      expect(overflows).toEqual([]);
    },
  );
});
