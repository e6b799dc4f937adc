import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`the log of requests in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useSharedStack());
  let towns: Awaited<ReturnType<typeof console.publisher.publish>>;

  beforeAll(async () => {
    towns = await console.publisher.publish('Requested towns', 'csv', 'id,name\n1,Oslo\n2,Bern\n');
    await console.signIn(`/console/apis/${towns.api.id}/usage`);
  }, 60_000);

  it('is where the number of errors of an API leads, with the code and the id of each refusal', async () => {
    const { page, stack } = console;
    await read(stack.url, towns.api.path, towns.secret);
    const refused = await read(stack.url, `${towns.api.path}?nme=x`, towns.secret);
    const requestId = refused.headers.get('x-request-id') ?? '';
    await page.getByRole('link', { name: /^1 \(50.0 %\)$/ }).click();
    await page.waitForURL(/\/console\/requests\?.*outcome=failure/);
    const requests = page.getByRole('region', { name: 'Requests' });
    await requests.getByRole('row', { name: new RegExp(`GET 400 invalid_query .*${requestId}`) }).waitFor();
    expect(await requests.getByRole('row').count()).toBe(2);
    expect(await console.flaws()).toEqual([]);
    await console.shot('requests');
  });

  it('keeps its filters in the address, and says so where nothing fits', async () => {
    const { page } = console;
    await page.getByLabel('Refused with').fill('rate_limited');
    await page.getByLabel('Refused with').press('Enter');
    await page.getByText('No such request').waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toBe('rate_limited');
    expect(await console.flaws()).toEqual([]);
    await page.reload();
    await page.getByText('No such request').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page
      .getByRole('row', { name: /GET 200/ })
      .first()
      .waitFor();
    await page
      .getByRole('row', { name: /Requested towns/ })
      .first()
      .waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(await console.flaws()).toEqual([]);
  });
});
