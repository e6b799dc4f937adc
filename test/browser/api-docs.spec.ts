import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import type { Page } from 'playwright-core';
import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { completeSetup, PASSWORD } from '../support/console-session';
import type { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;
const AT = '/docs/apis/documented-orders';
/** A reader scrolls through three windows of an operation, not through sixteen. */
const MOST_PX = 6_000;

inBrowser(`the documentation in a browser${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const stack = useSharedStack();
  const console = useConsole(stack);
  let orders: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    orders = await console.publisher.publish('Documented orders', 'csv', 'id,region,price\n1,EU,2.5\n2,US,3.5\n');
  });
  afterAll(() => console.publisher.deleteApis());
  afterEach(() => {
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });

  const answer = (page: Page) => page.locator('.live-responses-table .response-col_description pre').first();
  const openOperation = (page: Page) => page.locator('.opblock-summary').first().click();
  async function filterByRegion(page: Page): Promise<string> {
    await page.locator('tr[data-param-name="region"] input').fill('US');
    await page.getByRole('button', { name: 'Execute' }).click();
    await answer(page).waitFor();
    return (await answer(page).textContent()) ?? '';
  }

  it('of an API opens with its token, and "Try it out" gets rows through a filter', async () => {
    const { page } = console;
    await page.goto(stack.url + AT);
    await page.getByText('Paste a token that is assigned to this API').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByLabel('Access token or admin key').fill(orders.secret);
    await page.getByRole('button', { name: 'Open' }).click();
    await openOperation(page);
    const rows = await filterByRegion(page);
    expect(rows).toMatch(/"region": "US"/);
    expect(rows).not.toMatch(/"region": "EU"/);
  });

  it('of an API says why it does not open', async () => {
    const { page } = console;
    await page.goto(stack.url + AT);
    await page.getByLabel('Access token or admin key').fill('slc_wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('A valid access token is required').waitFor();
  });

  it('of an API opens for whoever is signed in, who tries it out with a chosen token and without a secret', async () => {
    const { page, publisher } = console;
    const { token } = await publisher.token('Another reader');
    await publisher.assign(orders.api.id, token.id);
    await console.signIn();
    await page.goto(stack.url + AT);
    await page.getByLabel('Try it out with the token').selectOption('Another reader');
    await openOperation(page);
    const tried = page.waitForRequest((request) => request.url().endsWith(`/apis/${orders.api.id}/test`));
    expect(await filterByRegion(page)).toMatch(/^\{\s+"data": \[\s+\{\s+"id": 2,/);
    const request = await tried;
    expect(request.postDataJSON()).toMatchObject({ tokenId: token.id, query: expect.stringMatching(/^region=US/) });
    expect(request.headers().authorization).toBeUndefined();
    expect(await page.locator('.curl').first().textContent()).toMatch(/Authorization: Bearer YOUR_TOKEN/);
    expect(await console.flaws()).toEqual([]);
    await console.shot('swagger');
    const { status } = await publisher.call('POST', `/tokens/${token.id}/revoke`);
    expect(status).toBe(200);
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByText('token_required').first().waitFor();
  });

  it('of an API folds the many filters of an operation and its refusals, and shows them when asked', async () => {
    const { page } = console;
    await page.goto(stack.url + AT);
    await openOperation(page);
    await page.locator('tr[data-param-name="region"]').waitFor();
    expect(await page.locator('tr[data-param-name="region__ne"]').count()).toBe(0);
    expect(await page.evaluate<number>('document.documentElement.scrollHeight')).toBeLessThan(MOST_PX);
    await page.getByRole('button', { name: /^Show \d+ more filters$/ }).click();
    await page.locator('tr[data-param-name="region__ne"]').waitFor();
    expect(await page.locator('tr.response[data-code="429"]').count()).toBe(0);
    await page.getByRole('button', { name: /^Show \d+ more answers/ }).click();
    await page.locator('tr.response[data-code="429"]').waitFor();
  });

  it('of an API offers no trial that would need a secret: another resource has none, and a token of its own has all', async () => {
    const { page } = console;
    await page.goto(stack.url + AT);
    await page.getByText('/api/documented-orders/_export', { exact: true }).click();
    await page.getByText('The whole result of a query, streamed.').waitFor();
    expect(await page.getByRole('button', { name: /^(Try it out|Execute)/ }).count()).toBe(0);
  });

  it('of an API that takes rows only checks them until it is told to write', async () => {
    const { page, publisher } = console;
    const dataset = await publisher.dataset('Documented sends');
    await publisher.version(dataset.id, 'csv', 'id\n1\n');
    const api = await publisher.api({
      name: 'Documented sends',
      datasetId: dataset.id,
      method: 'POST',
      active: true,
    });
    await publisher.assign(api.id, orders.tokenId);
    await page.goto(`${stack.url}/docs/apis/documented-sends`);
    await openOperation(page);
    await page.getByRole('button', { name: 'Execute' }).click();
    await page
      .getByText(/"accepted": 1/)
      .first()
      .waitFor();
    const total = async () => {
      const { latestVersion } = (await publisher.call('GET', `/datasets/${dataset.id}`)).json as Dataset;
      const rows = await publisher.call('GET', `/datasets/${dataset.id}/versions/${latestVersion}/rows?_count=exact`);
      return (rows.json as { page: { total: number } }).page.total;
    };
    expect(await total()).toBe(1);
    await page.getByLabel('Only check rows, write nothing').uncheck();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_status').getByText('201').waitFor();
    await waitFor('the row', async () => (await total()) === 2);
    await waitFor('the row', async () => (await total()) === 2);
  });

  it('of the management routes is tried out by the session, without the internet', async () => {
    const { page } = console;
    await page.goto(`${stack.url}/docs`);
    await page.locator('.opblock-get').getByText('/manage/v1/datasets', { exact: true }).click();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    expect(await answer(page).textContent()).toMatch(/"name": "Documented orders"/);
    await console.shot('management-docs');
  });

  it('of an API shows viewers all of it, and says what trying it out needs', async () => {
    const { page, context, publisher } = console;
    const email = 'docs-reader@example.com';
    const invited = await publisher.call('POST', '/admins/invites', { name: 'Docs reader', email, role: 'viewer' });
    const { secret } = invited.json as { secret: string };
    const done = await completeSetup(stack.url, { secret, name: 'Docs reader', email, password: PASSWORD });
    const [cookie = ''] = done.headers.getSetCookie();
    const [, name = '', value = ''] = /^(.+?)=(.+?);/.exec(cookie) ?? [];
    await context.clearCookies();
    await context.addCookies([{ name, value, url: stack.url }]);
    await page.goto(stack.url + AT);
    await page.getByText('Trying it out needs the role editor, or an access token.').waitFor();
    await openOperation(page);
    await page.getByText('Filters narrow the rows down together').waitFor();
    expect(await page.getByRole('button', { name: /^(Try it out|Execute)/ }).count()).toBe(0);
    await publisher.call('DELETE', `/admins/${(invited.json as { admin: { id: string } }).admin.id}`);
  });
});
