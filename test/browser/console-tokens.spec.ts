import { configured } from '../support/agent';
import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`tokens in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  let secret: string;
  let tokenId: string;

  beforeAll(async () => {
    await console.publisher.publish('Orders', 'csv', 'id,region\n1,EU\n2,US\n');
    await console.signIn('/console/tokens');
  });

  const answers = (status: number) =>
    waitFor(`${status} for the token`, async () => (await read(console.stack.url, 'orders', secret)).status === status);

  it('are seen once, above the button that generates them, and copied by a press', async () => {
    const { page } = console;
    const generate = page.getByRole('button', { name: 'Generate New Token' });
    await page.getByLabel('Name').fill('Orders');
    await page.getByRole('button', { name: 'Description and limits' }).click();
    await page.getByLabel('Description', { exact: true }).fill('Nightly job');
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Generate New Token' }).click();
    await page.getByText('Another token that is not revoked has this name').waitFor();
    await page.getByLabel('Name').fill('Billing system');
    await page.keyboard.press('Enter');
    await page.getByText('you will not see it again').waitFor();
    const field = page.getByLabel('New token: Billing system');
    secret = await field.inputValue();
    const [above, below] = [await field.boundingBox(), await generate.boundingBox()];
    expect(above?.y ?? 0).toBeLessThan(below?.y ?? 0);
    expect(secret).toMatch(/^slc_[0-9A-Za-z]{49}$/);
    expect(await console.flaws()).toEqual([]);
    await console.shot('token-generated');
    await page.getByRole('button', { name: 'Copy' }).click();
    await waitFor(
      'the token in the clipboard',
      async () => (await page.evaluate<string>('navigator.clipboard.readText()')) === secret,
    );
    const profile = await page.getByRole('link', { name: 'Download share profile' }).getAttribute('href');
    expect(JSON.parse(decodeURIComponent(profile?.replace(/^[^,]*,/, '') ?? ''))).toMatchObject({
      shareCredentialsVersion: 1,
      bearerToken: secret,
    });
    await page.getByRole('button', { name: 'Connect an agent' }).click();
    await page.getByRole('button', { name: /Program/ }).click();
    await page.getByRole('option', { name: 'Others' }).click();
    expect(await console.flaws()).toEqual([]);
    const printed = await page.getByRole('region', { name: 'Configuration' }).textContent();
    expect(JSON.parse(printed ?? '')).toEqual({
      mcpServers: { sluice: { type: 'http', ...configured(console.stack.url, secret) } },
    });
    await console.shot('token-agent');
    await page.getByRole('row', { name: /Billing system.*active/ }).waitFor();
    await page.getByLabel('Name').fill('Billing system');
    await generate.click();
    await page.getByText('Another token that is not revoked has this name').waitFor();
    expect(await field.inputValue()).toBe(secret);
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/\/usage/);
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('row', { name: /Billing system.*active/ }).waitFor();
    expect(await page.evaluate<string>('document.documentElement.outerHTML')).not.toContain(secret);
    expect(await field.count()).toBe(0);
    const apis = (await console.publisher.call('GET', '/apis')).json as { data: { id: string }[] };
    const tokens = (await console.publisher.call('GET', '/tokens')).json as { data: { id: string }[] };
    tokenId = tokens.data[0]?.id ?? '';
    await console.publisher.assign(apis.data[0]?.id ?? '', tokenId);
    await answers(200);
  });

  it('get limits and a date at which they end, and every fault of them in its place', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for Billing system' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Allowed addresses').fill('10.0.0.0/99');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/not an address, nor a block/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('token-limits');
    await dialog.getByLabel('Allowed addresses').fill('127.0.0.1\n::1');
    await dialog.getByLabel('Requests a second').fill('50');
    await dialog.getByLabel('Rows a month').fill('100000');
    await dialog.getByLabel('Bytes a day', { exact: true }).fill('5000000');
    await dialog.getByLabel('Query milliseconds a month').fill('60000');
    await dialog.getByRole('button', { name: /Expires/ }).click();
    await page.getByRole('option', { name: 'At a date that I choose' }).click();
    await dialog.getByLabel('Expires at').fill('2031-05-06T07:08');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByText('50 requests a second · 100,000 rows a month · 5 MB a day · 60 s of queries a month')
      .waitFor();
    await page.getByRole('cell', { name: 'May 6, 2031' }).waitFor();
    await answers(200);
  });

  it('get a new secret while the old one goes on for as long as was chosen', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for Billing system' }).click();
    await page.getByRole('menuitem', { name: 'Rotate' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const rotated = await page.getByLabel('New token').inputValue();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(/also works until/).waitFor();
    await answers(200);
    secret = rotated;
    await answers(200);
  });

  it('are disabled for a while and enabled again, after what that cuts off was told', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for Billing system' }).click();
    await console.untilCounted({ tokenId });
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    const question = page.getByRole('dialog', { name: 'Disable Billing system?' });
    await question.getByText(/requests? in the last hour, by 1 token at 1 API/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await question.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Billing system is enabled again').waitFor();
    await page.getByRole('row', { name: /Billing system.*active/ }).waitFor();
    await page.getByRole('button', { name: 'Actions for Billing system' }).click();
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await question.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('row', { name: /Billing system.*disabled/ }).waitFor();
    await answers(401);
    await page.getByRole('button', { name: 'Actions for Billing system' }).click();
    await page.getByRole('menuitem', { name: 'Enable' }).click();
    await page.getByRole('row', { name: /Billing system.*active/ }).waitFor();
    await answers(200);
    expect(await console.flaws()).toEqual([]);
    await console.shot('tokens');
  });

  it('are found among many by any words, and drawn as far as somebody looks', async () => {
    const { page, publisher } = console;
    for (let number = 1; number <= 120; number++) await publisher.token(`Consumer ${number}`);
    await page.reload();
    await page.getByRole('row', { name: /Consumer 120/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(51);
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Show 50 more of 72' }).click();
    await page.getByRole('row', { name: /Consumer 21/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(101);
    await page.getByRole('searchbox', { name: 'Search tokens' }).fill('system billing');
    await page.getByText('1 found').waitFor();
    await page.getByRole('row', { name: /Billing system/ }).waitFor();
    await page.getByRole('searchbox', { name: 'Search tokens' }).fill('nobody');
    await page.getByText('None of the tokens has “nobody”.').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Search tokens' }).fill('billing');
    await page.getByText('1 found').waitFor();
    await console.shot('tokens-found');
    await page.reload();
    await page.getByText('1 found').waitFor();
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('row', { name: /Consumer 120/ }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search tokens' }).inputValue()).toBe('');
  });

  it('are found by name when one is assigned, also those that no first page has', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Output APIs' }).click();
    await page.getByRole('button', { name: 'Actions for Orders' }).click();
    await page.getByRole('menuitem', { name: 'Assign token to API' }).click();
    await page.getByRole('combobox', { name: 'Token', exact: true }).fill('consumer 33');
    await page.getByRole('option', { name: /Consumer 33/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Remove Consumer 33' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('searchbox', { name: 'Search tokens' }).fill('billing');
    await page.getByText('1 found').waitFor();
  });

  it('are assigned to APIs, rotated, disabled and revoked from their own page, by the keyboard alone', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Billing system' }).click();
    for (const name of ['Edit', 'Rotate', 'Disable', 'Revoke']) await page.getByRole('button', { name }).waitFor();
    await page.getByRole('button', { name: 'Assign to APIs' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Assign token to APIs' });
    await dialog.getByRole('button', { name: 'Remove Orders' }).press('Enter');
    await page
      .getByRole('dialog', { name: /^Take Billing system away/ })
      .getByText(/in the last hour/)
      .waitFor();
    await page.getByRole('button', { name: 'Take it away' }).press('Enter');
    await dialog.getByRole('combobox', { name: 'API' }).fill('orders');
    await page.getByRole('option', { name: /Orders/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await dialog.getByRole('button', { name: 'Remove Orders' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).press('Enter');
    expect(await console.overflows()).toEqual([]);
    await console.shot('token');
    await answers(200);
    await page.goBack();
  });

  it('are revoked after a question, with the receipt of every gateway', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for Billing system' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByText(/requests? in the last hour, by 1 token at 1 API/).waitFor();
    await page.getByRole('button', { name: 'Revoke token' }).click();
    await page.getByText(/1 gateway refused it after/).waitFor();
    expect((await read(console.stack.url, 'orders', secret)).status).toBe(401);
    expect(await console.flaws()).toEqual([]);
    await console.shot('token-revoked');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Billing system.*revoked/ }).waitFor();
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
