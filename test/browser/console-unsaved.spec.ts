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

  it('in a dialog asks once before it is closed, by Escape too, and only after something was typed', async () => {
    const { page } = console;
    await console.goto('/datasets');
    const dialog = page.getByRole('dialog', { name: 'New dataset' });
    const question = page.getByRole('dialog', { name: 'Close without saving?' });
    await page.getByRole('button', { name: 'New dataset' }).click();
    await dialog.getByLabel('Name').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'New dataset' }).click();
    await dialog.getByLabel('Name').fill('Half a dataset');
    await page.keyboard.press('Escape');
    await question.waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Half a dataset');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await question.getByRole('button', { name: 'Discard' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('for a file that waits asks where types or a note would be lost, and says what stays', async () => {
    const { page, publisher } = console;
    const { id } = await publisher.dataset('Unsaved types');
    await publisher.call('POST', `/datasets/${id}/versions?review=true`, 'id\n1\n', { 'content-type': 'text/csv' });
    await console.goto(`/datasets/${id}`);
    await page.getByRole('link', { name: /^Look over/ }).click();
    await page.getByLabel('Note').fill('Half a note');
    await page.getByRole('navigation').getByRole('link', { name: 'Tokens' }).click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.getByText(/^The file waits until .* on the page of its dataset/).waitFor();
    await question.getByRole('button', { name: 'Stay here' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Choose a file' }).waitFor();
    expect(console.complaints).toEqual([]);
  });
});
