import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;

/** Gateways tell what they counted every few seconds. */
const LATER = { timeout: 30_000 };
/** The end of each address, the name of its tab, and a heading that stands in it. */
const TABS = [
  ['', 'Overview', 'Endpoint'],
  ['/test', 'Test & docs', 'Parameters'],
  ['/code', 'Code', 'Connect an agent'],
  ['/usage', 'Usage', 'Usage'],
  ['/live', 'Live', 'Live'],
  ['/settings', 'Settings', 'Endpoint'],
] as const;

inBrowser(`the tabs of an API in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useSharedStack());
  let lakes: Awaited<ReturnType<typeof console.publisher.publish>>;

  const tabs = () => console.page.getByRole('navigation', { name: 'Parts of the API' });
  const status = (code: string) => console.page.getByRole('definition').getByText(code, { exact: true });
  const answer = () => console.page.getByRole('region', { name: 'JSON response' });

  beforeAll(async () => {
    const columns = Array.from({ length: 9 }, (_, index) => `depth_${index}`);
    const lines = ['1,Garda', '2,Como'].map((line) => [line, ...columns.map((_, index) => index)].join());
    lakes = await console.publisher.publish(
      'Deep lakes',
      'csv',
      `${['id', 'name', ...columns].join()}\n${lines.join('\n')}\n`,
    );
    await console.signIn(`/console/apis/${lakes.api.id}/edit`);
  }, 60_000);

  it('have addresses of their own, each tells which one is open, and the old address of the settings leads to them', async () => {
    const { page } = console;
    await page.waitForURL(`**/apis/${lakes.api.id}/settings`);
    for (const [path, name, part] of TABS) {
      await tabs().getByRole('link', { name, exact: true }).press('Enter');
      await page.waitForURL(`**/apis/${lakes.api.id}${path}`);
      await page.reload();
      await tabs().locator('[aria-current=page]').getByText(name, { exact: true }).waitFor();
      expect(await tabs().locator('[aria-current=page]').count()).toBe(1);
      await page.getByRole('heading', { level: 2, name: part, exact: true }).waitFor();
      expect(await console.flaws()).toEqual([]);
    }
  }, 90_000);

  it('begin with the endpoint, its state in words, tokens by name, and the traffic of a day with its errors', async () => {
    const { page, stack } = console;
    await read(stack.url, 'deep-lakes', lakes.secret);
    await read(stack.url, 'deep-lakes?nme=x', lakes.secret);
    await console.goto(`/apis/${lakes.api.id}`);
    await page.getByText(`${stack.url}/api/deep-lakes`, { exact: true }).waitFor();
    await page.getByText('Activated: it answers whoever has one of its tokens.').waitFor();
    await page.getByRole('row', { name: /^Deep lakes slc_.*active/ }).waitFor();
    await page.getByText(/^2 requests in the last 24 hours, 1 error\.$/).waitFor(LATER);
    expect(await page.getByRole('link', { name: 'All figures' }).getAttribute('href')).toMatch(/\/usage$/);
    expect(await console.flaws()).toEqual([]);
    await console.shot('api-overview');
    await page.getByRole('link', { name: '1 error' }).click();
    await page.waitForURL(/\/requests\?apiId=.*outcome=failure/);
    await page.goBack();
  });

  it('have a button that opens the documentation of the endpoint', async () => {
    const { page, context } = console;
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'View API Documentation' }).click();
    expect(new URL((await opened).url()).pathname).toBe('/docs/apis/deep-lakes');
    await (await opened).close();
  });

  it('test on Enter, keep the answer in view, and mark it as old once the request is edited', async () => {
    const { page } = console;
    await console.goto(`/apis/${lakes.api.id}/test`);
    await page.getByLabel('Value of name').fill('Como');
    await page.getByLabel('Value of name').press('Enter');
    await answer().getByText('"Como"').waitFor();
    await page.getByRole('button', { name: 'Show all 11 fields' }).click();
    const last = page.getByLabel('More of the query');
    await last.scrollIntoViewIfNeeded();
    for (const seen of [answer(), page.getByRole('button', { name: 'Test API' })]) {
      const { y = -1 } = (await seen.boundingBox()) ?? {};
      expect({ y, isInView: y >= 0 && y < 860 }).toEqual({ y, isInView: true });
    }
    const old = page.getByText(/^The request has changed since/);
    expect(await old.count()).toBe(0);
    await last.fill('colour=blue');
    await old.waitFor();
    expect(await console.flaws()).toEqual([]);
    await last.press('Enter');
    await status('400').waitFor();
    await old.waitFor({ state: 'detached' });
    await last.fill('');
    await old.waitFor();
  });

  it('copy the request as code while the server cannot be reached', async () => {
    const { page } = console;
    const atHand = page.waitForResponse((response) => response.url().includes('/snippets?language=axios'));
    await page.getByLabel('More of the query').fill('_limit=7');
    await (await atHand).finished();
    await page.route('**/manage/v1/**', (route) => route.abort());
    await page.getByRole('button', { name: 'COPY AXIOS REQUEST' }).click();
    await waitFor('the code in the clipboard', async () =>
      /axios\.request\(/.test(await page.evaluate<string>('navigator.clipboard.readText()')),
    );
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/_limit.*7/);
    await page.unroute('**/manage/v1/**');
    await page.getByLabel('More of the query').fill('');
  });

  it('show request or answer where both have no room: the answer opens by itself, and the button stays in sight', async () => {
    const { page } = console;
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole('radio', { name: 'Request' }).click();
    const last = page.getByLabel('More of the query');
    await last.scrollIntoViewIfNeeded();
    const { y = -1 } = (await page.getByRole('button', { name: 'Test API' }).boundingBox()) ?? {};
    expect({ y, isInView: y >= 0 && y < 200 }).toEqual({ y, isInView: true });
    expect(await answer().isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Response (old)' }).waitFor();
    await last.press('Enter');
    await status('200').waitFor();
    const box = await status('200').boundingBox();
    expect({ box, isInView: (box?.y ?? -1) > 0 && (box?.y ?? 999) < 500 }).toEqual({ box, isInView: true });
    expect(await last.isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Request' }).click();
    await last.waitFor();
    await page.getByRole('radio', { name: 'Response' }).click();
    await status('200').waitFor();
    await console.shotAt(360, 'api-test-narrow');
  });

  it('tell agents by which name and tool they find the API, and where the token belongs', async () => {
    const { page } = console;
    await tabs().getByRole('link', { name: 'Code', exact: true }).click();
    await page
      .getByText('Agents know this API as the dataset deep-lakes, and ask it with the tool query_dataset.')
      .waitFor();
    await page
      .getByRole('region', { name: 'Configuration', exact: true })
      .getByText(/Bearer YOUR_TOKEN/)
      .waitFor();
    await page.getByText(/^Put the secret of a token that is assigned to this API in the place of/).waitFor();
    await page.getByRole('region', { name: 'Code of the request' }).getByText('"name", "Como"').waitFor();
    await console.shot('api-code');
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it('tell a refused switch once, where it was asked for', async () => {
    const { page } = console;
    await console.goto(`/apis/${lakes.api.id}`);
    await console.untilCounted({ apiId: lakes.api.id });
    await page.route('**/deactivate', (route) => route.abort());
    await page.getByRole('switch', { name: /Deep lakes/ }).press(' ');
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    const told = page.getByText('Try again once it is back.');
    await told.waitFor();
    expect(await told.count()).toBe(1);
    await page.unrouteAll();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('switch', { name: /Deep lakes is on/ }).waitFor({ state: 'attached' });
  });
});
