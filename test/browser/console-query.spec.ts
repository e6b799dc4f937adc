import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;
const ROWS = 50_000;

inBrowser(`queries in the browser${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  let published: Awaited<ReturnType<typeof console.publisher.publish>>;

  beforeAll(async () => {
    const lines = Array.from({ length: ROWS }, (_, id) => {
      const noise = `${(id * 7919) % 99_991}-${(id * 104_729) % 1_299_709}`;
      return `${id},City ${id % 7},${id % 100}.25,2026-01-${String((id % 28) + 1).padStart(2, '0')},${noise}`;
    });
    published = await console.publisher.publish('Town sales', 'csv', `id,city,amount,day,noise\n${lines.join('\n')}\n`);
    await console.signIn(`/console/apis/${published.api.id}/code`);
  }, 60_000);

  const run = async (sql: string) => {
    const { page } = console;
    await page.getByLabel('Statement').fill(sql);
    await page.getByLabel('Statement').press('Control+Enter');
  };
  const cells = () =>
    console.page.getByRole('region', { name: 'Rows of the result' }).locator('tbody tr').allInnerTexts();

  it('give the same groups as the API, and fetch the columns that they need alone', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Query in the browser' }).click();
    await run('SELECT city, count(*) AS n, sum(amount) AS total FROM town_sales GROUP BY city ORDER BY city;');
    await page.getByText(/7 rows ·/).waitFor({ timeout: 60_000 });
    const { json } = await read(
      console.stack.url,
      'town-sales?_group=city&_agg=count:n,sum(amount):total&_sort=city',
      published.secret,
    );
    const groups = (json as { data: { city: string; n: number; total: number }[] }).data;
    const shown = (await cells()).map((row) => row.split(/\t|\n/).map((cell) => cell.trim()));
    expect(shown.map(([city, n, total]) => [city, Number(n), Number(total)])).toEqual(
      groups.map(({ city, n, total }) => [city, n, total]),
    );
    const told = (await page.getByText(/fetched in \d+ ranges/).textContent()) ?? '';
    const bytesOf = (text = '') => Number.parseFloat(text) * (/MB/.test(text) ? 1_000_000 : 1_000);
    const [, some, all] = /· ([\d.]+ [kKM]i?B) of ([\d.]+ [kKM]i?B) fetched/.exec(told) ?? [];
    expect({ told, isSmall: bytesOf(some) < bytesOf(all) / 2 }).toEqual({ told, isSmall: true });
    expect(await console.flaws()).toEqual([]);
    await console.shot('query-in-the-browser');
  }, 120_000);

  it('show their numbers as bars, and what DuckDB did not understand in its words', async () => {
    const { page } = console;
    await page.getByRole('radio', { name: 'Chart' }).click();
    expect(await page.getByRole('figure').getByRole('listitem').count()).toBe(7);
    expect(await console.flaws()).toEqual([]);
    await run('SELECT nothing FROM town_sales');
    await page.getByText(/Referenced column "nothing" not found/).waitFor();
    await page.getByRole('radio', { name: 'Grid' }).click();
    await run('SELECT count(*) AS n, min(day) AS first, max(id) AS last FROM town_sales');
    await page.getByText(/1 row ·/).waitFor();
    expect((await cells())[0]?.split(/\t|\n/).map((cell) => cell.trim())).toEqual([
      String(ROWS),
      '2026-01-01',
      String(ROWS - 1),
    ]);
  }, 60_000);

  it('end with the token that they are made in the name of', async () => {
    const { publisher, page } = console;
    const { headers } = await publisher.call('GET', `/tokens/${published.tokenId}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    expect((await publisher.call('POST', `/tokens/${published.tokenId}/revoke`, undefined, ifMatch)).status).toBe(200);
    await waitFor('the refusal', async () => {
      await run('SELECT min(noise) FROM town_sales');
      return await page.getByText(/fetch failed 401|no longer|not active|revoked/i).isVisible();
    });
  }, 60_000);

  it('keep every digit and every type', async () => {
    const { page, publisher } = console;
    const types = encodeURIComponent(JSON.stringify({ price: 'decimal', opens: 'time', tags: 'json' }));
    const file = [
      'id,price,at,opens,open,ratio,tags',
      '9007199254740993,-12345678901234567890.123,2026-01-31T10:00:00.123456Z,09:30:00,true,0.1,"{""a"":1}"',
      '2,,,,,,',
      '3,0.001,1969-12-31T23:59:59Z,23:59:59,false,-5e-324,[]',
    ];
    const { id: datasetId } = await publisher.dataset('Odd types');
    await publisher.version(datasetId, 'csv', `${file.join('\n')}\n`, `?types=${types}`);
    const api = await publisher.api({ name: 'Odd types', datasetId, active: true });
    await publisher.assign(api.id, (await publisher.token('Odd types')).token.id);
    await console.goto(`/apis/${api.id}/query`);
    await run('SELECT * FROM odd_types');
    await page.getByText(/3 rows ·/).waitFor();
    const shown = (await cells()).map((row) =>
      row
        .split(/\t|\n/)
        .map((cell) => cell.trim())
        .filter(Boolean),
    );
    expect(shown[0]).toEqual([
      '9007199254740993',
      '-12345678901234567890.123',
      '2026-01-31 10:00:00.123456',
      '09:30:00',
      'true',
      '0.1',
      '{"a":1}',
    ]);
    expect(shown[1]?.[0]).toBe('2');
    expect(shown[2]).toEqual(['3', '0.001', '1969-12-31 23:59:59', '23:59:59', 'false', '-5e-324', '[]']);
  }, 60_000);
});
