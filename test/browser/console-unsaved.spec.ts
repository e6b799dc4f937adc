import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { useSharedStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`a form of the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useSharedStack());
  let apiId: string;

  beforeAll(async () => {
    const { api } = await console.publisher.publish('Unsaved towns', 'csv', 'id,name\n1,Oslo\n');
    apiId = api.id;
    await console.signIn(`/console/apis/${apiId}/settings`);
  }, 60_000);

  const overview = () => console.page.getByRole('link', { name: 'Overview', exact: true });

  it('is left at once while nothing was typed', async () => {
    const { page } = console;
    await page.getByLabel('API name').waitFor();
    await overview().click();
    await page.waitForURL(/\/console\/apis\/api_[^/]+$/);
  });

  it('asks before what was typed is lost, and keeps it for those who stay', async () => {
    const { page } = console;
    await console.goto(`/apis/${apiId}/settings`);
    await page.getByLabel('API name').fill('Half a name');
    await overview().click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.waitFor();
    expect(await console.flaws()).toEqual([]);
    await question.getByRole('button', { name: 'Stay here' }).click();
    expect(await page.getByLabel('API name').inputValue()).toBe('Half a name');
    const closing = page.waitForEvent('dialog');
    const reloaded = page.reload();
    const dialog = await closing;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await reloaded;
    expect(await page.getByLabel('API name').inputValue()).toBe('Unsaved towns');
  });

  it('leaves for those who want to, and does not ask those who save', async () => {
    const { page } = console;
    await page.getByLabel('Description').fill('Not kept');
    await overview().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/\/console\/apis\/api_[^/]+$/);
    await console.goto(`/apis/${apiId}/settings`);
    expect(await page.getByLabel('Description').inputValue()).toBe('');
    await page.getByLabel('Description').fill('Kept');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/console\/apis\/api_[^/]+$/);
    await page.getByText('Kept', { exact: true }).first().waitFor();
    expect(console.complaints).toEqual([]);
  });
});
