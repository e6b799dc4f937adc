import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { chromiumPath, launchChromium } from '../support/chromium';
import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const artefacts = join(projectRoot, 'test-artifacts');
const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`the documentation in a browser${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const stack = useSharedStack();
  let browser: { context: BrowserContext; close: () => Promise<void> };
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    browser = await launchChromium();
    open = await new Publisher(stack).publish('Documented orders', 'csv', 'id,region\n1,EU\n2,US\n');
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** A page that fails the test by whatever the browser complains about, a broken content security policy included. */
  async function visit(path: string): Promise<{ page: Page; complaints: string[]; foreign: string[] }> {
    const page = await browser.context.newPage();
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(stack.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
    });
    await page.goto(stack.url + path);
    return { page, complaints, foreign };
  }

  it('of an API opens with its token, and "Try it out" gets rows through a filter', async () => {
    const { page, complaints, foreign } = await visit('/docs/apis/documented-orders');
    await page.getByLabel('Access token or admin key').fill(open.secret);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.locator('.opblock-summary').first().click();
    await page.locator('tr[data-param-name="region"] input').fill('US');
    await page.getByRole('button', { name: 'Execute' }).click();
    const answer = page.locator('.live-responses-table .response-col_description .microlight').first();
    await answer.waitFor();
    expect(await answer.textContent()).toMatch(/"region": "US"/);
    expect(await answer.textContent()).not.toMatch(/"region": "EU"/);
    await page.screenshot({ path: join(artefacts, 'api-docs.png'), fullPage: true });
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it('of an API says why it does not open', async () => {
    const { page } = await visit('/docs/apis/documented-orders');
    await page.getByLabel('Access token or admin key').fill('slc_wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('A valid access token is required').waitFor();
  });

  it('of the management routes opens without a complaint and without the internet', async () => {
    const { page, complaints, foreign } = await visit('/docs');
    await page.getByText('/manage/v1/datasets', { exact: true }).first().waitFor();
    await page.screenshot({ path: join(artefacts, 'management-docs.png') });
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
