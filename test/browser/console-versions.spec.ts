import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { vegaFile } from '../support/publisher';
import { useStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`versions in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  let datasetId: string;
  let weather: Buffer;

  beforeAll(async () => {
    weather = await vegaFile('seattle-weather.csv');
    const { id } = await console.publisher.dataset('Seattle weather');
    for (let number = 1; number <= 3; number++) await console.publisher.version(id, 'csv', weather);
    datasetId = id;
    await console.signIn('/console/datasets');
  });

  it('lose single versions after a question, but none that an API serves', async () => {
    const { page, publisher } = console;
    await publisher.api({ name: 'Pinned', datasetId, version: 1, active: true });
    await console.goto(`/datasets/${datasetId}/versions`);
    const remove = async (number: number) => {
      await page.getByRole('button', { name: `Actions for version ${number}` }).click();
      await page.getByRole('menuitem', { name: 'Delete version' }).click();
      await page.getByRole('button', { name: 'Delete version' }).click();
    };
    await remove(1);
    await page.getByRole('alert').getByText('The dataset version is in use').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('version-in-use');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await remove(2);
    await page.getByText('Version 2 is deleted').waitFor();
    await page.getByRole('link', { name: 'Version 2' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Actions for version 3' }).click();
    await page.getByRole('menuitem', { name: 'Delete version' }).waitFor({ state: 'detached' });
    await page.getByRole('menuitem', { name: 'Compare with version 1' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('keep as many of their newest versions as somebody says, who is shown first what goes and what an API holds', async () => {
    const { page, publisher } = console;
    await publisher.version(datasetId, 'csv', weather);
    await console.goto(`/datasets/${datasetId}/versions`);
    await page.getByRole('link', { name: 'Version 4' }).waitFor();
    await page.getByRole('button', { name: 'Actions for Seattle weather' }).click();
    await page.getByRole('menuitem', { name: 'Keep versions' }).click();
    await page.getByRole('button', { name: /What stays/ }).click();
    await page.getByRole('option', { name: 'Only the newest versions' }).click();
    await page.getByRole('textbox', { name: /Number of versions/ }).fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByText('at least 1').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('keep-versions');
    await page.getByRole('textbox', { name: /Number of versions/ }).fill('1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Delete version 3?' }).waitFor();
    await page.getByText('Version 1 stays as long as Pinned is pinned to it').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await console.flaws()).toEqual([]);
    await console.shot('keep-versions-question');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('The newest one stays').waitFor();
    await publisher.version(datasetId, 'csv', weather);
    await page.getByRole('link', { name: 'Version 3' }).waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('link', { name: 'Version 5' }).waitFor();
    await page.getByRole('link', { name: 'Version 1' }).waitFor();
    expect(await console.flaws()).toEqual([]);
  }, 90_000);

  it('get key fields, once the rows are unique in them', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for Seattle weather' }).click();
    await page.getByRole('menuitem', { name: 'Choose key fields' }).click();
    const toggle = (name: string) => page.getByRole('dialog').getByText(name, { exact: true }).click();
    await toggle('weather');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('alert')
      .getByText(/rows have the same key: weather/)
      .waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('key-fields');
    await toggle('weather');
    await toggle('date');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Fields', exact: true }).click();
    await page.getByRole('row', { name: /^date/ }).getByText('key', { exact: true }).waitFor();
    expect(await console.flaws()).toEqual([]);
  });

  it('complain of nothing, and ask no other host', () => {
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
