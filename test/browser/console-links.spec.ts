import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;
const SOON_MS = 1_000;
const rows = 'id,city,amount\n1,Oslo,4.5\n2,Rome,7.25\n3,Oslo,9.5\n';

inBrowser(`files and links in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useSharedStack());
  let open: Awaited<ReturnType<typeof console.publisher.publish>>;

  const clipboard = () => console.page.evaluate<string>('navigator.clipboard.readText()');
  const copied = (button: string, sign: string) =>
    waitFor(`a copy of ${sign}`, async () => {
      await console.page.getByRole('button', { name: button, exact: true }).click();
      const text = await clipboard();
      return text.includes(sign) && text;
    });

  beforeAll(async () => {
    open = await console.publisher.publish('Linked orders', 'csv', rows);
    await console.signIn(`/console/apis/${open.api.id}/code`);
  });

  it('show the address of the file, and recipes that have it and no secret', async () => {
    const { page, stack } = console;
    const address = `${stack.url}/api/linked-orders/_parquet`;
    expect(await copied('Copy file address', '_parquet')).toBe(address);
    for (const [tool, sign] of [
      ['DuckDB: SQL', `read_parquet('${address}')`],
      ['Python: pandas', `"${address}"`],
      ['Python: Polars', '/api/linked-orders/_links"'],
      ['R: arrow', `GET("${address}"`],
      ['Excel, Google Sheets: a link', '=IMPORTDATA('],
    ] as const) {
      await page
        .getByRole('button', { name: /^Tool/ })
        .or(page.getByRole('button', { name: / Tool$/ }))
        .click();
      await page.getByRole('option', { name: tool }).click();
      await page.getByRole('region', { name: 'Recipe' }).getByText(sign).waitFor();
      expect(await copied('Copy recipe', sign)).not.toMatch(/slc_/);
    }
    expect(await console.flaws()).toEqual([]);
  });

  it('show the address of the entity set, and Power Query that has it and no secret', async () => {
    const address = `${console.stack.url}/odata/linked_orders`;
    expect(await copied('Copy OData address', '/odata/')).toBe(address);
    const code = await copied('Copy Power Query', 'OData.Feed');
    expect(code).toContain(`"${address}"`);
    expect(code).not.toMatch(/slc_/);
    expect(await console.flaws()).toEqual([]);
    await console.shotAt(1100, 'excel');
  });

  it('read the latest rows where the API allows it, are listed, and are ended one by one', async () => {
    const { page, publisher } = console;
    await console.goto(`/apis/${open.api.id}/settings`);
    await page.getByRole('button', { name: /Advanced/ }).click();
    await page.getByRole('button', { name: /Links to the latest rows/ }).click();
    await page.getByRole('option', { name: '30 days' }).click();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Linked orders is saved').waitFor();
    await page.getByRole('link', { name: 'Code', exact: true }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make a link' });
    await dialog.getByText('Always the latest rows').click();
    await dialog.getByRole('button', { name: /^30 days/ }).waitFor();
    await dialog.getByRole('button', { name: /^Parquet/ }).click();
    await page.getByRole('option', { name: 'CSV' }).click();
    expect(await console.flaws()).toEqual([]);
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await page.getByText(/these rows and those to come/).waitFor();
    const link = await copied('Copy', '/links/');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await publisher.version(open.api.datasetId, 'csv', `${rows}7,Bern,1.5\n`);
    await waitFor('the new rows', async () => (await (await fetch(link)).text()).includes('7,Bern'));
    const row = page.getByRole('row', { name: /Linked orders.*all rows.*CSV.*latest rows/ });
    await row.waitFor();
    expect(await console.flaws()).toEqual([]);
    await row.scrollIntoViewIfNeeded();
    await console.shot('links');
    expect(await page.content()).not.toContain('/links/');
    await row.getByRole('link', { name: 'Linked orders' }).click();
    await page.waitForURL(/\/tokens\//);
    await row.waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shotAt(360, 'links-narrow');
    await row.getByRole('button', { name: /^End CSV of all rows/ }).click();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'End link' }).click();
    await waitFor('the refusal', async () => (await fetch(link)).status === 410);
    await row.waitFor({ state: 'detached' });
    await console.goto(`/apis/${open.api.id}/test`);
  });

  it('make a link for the query of the page, whose rows are read without a token until that is revoked', async () => {
    const { page, publisher } = console;
    await page.getByLabel('Value of city').fill('Oslo');
    await page.getByRole('link', { name: 'Code', exact: true }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make a link' });
    const query = dialog.getByRole('textbox', { name: 'Query' });
    expect(await query.inputValue()).toBe('city=Oslo');
    await console.shotAt(1100, 'make-link');
    await query.fill('town=Oslo');
    await dialog.getByRole('button', { name: /^Parquet/ }).click();
    await page.getByRole('option', { name: 'CSV' }).click();
    await dialog.getByRole('button', { name: /^15 minutes/ }).click();
    await page.getByRole('option', { name: '1 hour' }).click();
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await query.and(page.locator('[aria-invalid=true]')).waitFor();
    await dialog.getByText(/town/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await query.fill('city=Oslo&_select=id,amount');
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await page.getByText(/Whoever has it can read these rows, until .* Revoking Linked orders ends it/).waitFor();
    expect(await console.flaws()).toEqual([]);
    const link = await copied('Copy', '/links/');
    expect(await page.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(link);
    await console.shot('link-ready');
    const answer = await fetch(link);
    expect([answer.status, (await answer.text()).trim().split(/\r?\n/)]).toEqual([
      200,
      ['id,amount', '1,4.5', '3,9.5'],
    ]);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain('/links/');
    await publisher.call('POST', `/tokens/${open.tokenId}/revoke`);
    await waitFor('the refusal', async () => (await fetch(link)).status === 401, SOON_MS);
  });

  it('tell at its place that a token is no longer good', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Make a link' }).click();
    await page.getByRole('button', { name: 'Make link' }).click();
    await page.getByText('The token is revoked: choose another one').waitFor();
    expect(await console.flaws()).toEqual([]);
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
