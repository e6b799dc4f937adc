import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { useImportPage } from '../support/import-page';
import { importsRunning } from '../support/imports-running';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;
const weather = join(projectRoot, 'node_modules/vega-datasets/data/seattle-weather.csv');

inBrowser(`datasets in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());

  beforeAll(async () => {
    await console.signIn('/console/datasets');
  });

  const { upload, choose, review, publish } = useImportPage(console);

  it('begin as a name, become a version from a file, and say what came of it', async () => {
    const { page } = console;
    await page.getByText('No dataset yet').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'New dataset' }).first().click();
    await page.getByLabel('Name').fill('Seattle weather');
    await page.getByLabel('Description').fill('Four years of daily observations');
    await page.getByRole('button', { name: 'Create and import' }).click();
    await page.getByText('Drop a file here').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import');
    await page.getByLabel('Note').fill('As published');
    await upload(weather);
    await review();
    await page.getByRole('region', { name: 'First rows' }).getByText('2012-01-01').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'weather' }).getByText('text').first().waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import-review');
    await publish();
    await page.getByRole('heading', { name: 'Version 1 is published' }).waitFor();
    await page.getByRole('region', { name: 'First rows' }).getByText('2012-01-01').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import-done');
  });

  it('get other types than those that were found, by keyboard, before anything is published', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Go to the dataset' }).click();
    await page.getByRole('link', { name: 'Import a version' }).click();
    await upload(weather);
    await review();
    await page.reload();
    await review();
    await page.getByRole('button', { name: /Type of date/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'text' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Publish' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Version 2 is published' }).waitFor();
    await page.getByRole('link', { name: 'Go to the dataset' }).click();
    await page.getByRole('link', { name: 'Versions', exact: true }).click();
    await page.getByRole('link', { name: 'Version 2' }).waitFor();
    await page.getByText('As published').first().waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('dataset-versions');
  });

  it('that wait are found again on the page of their dataset, by whoever closed theirs', async () => {
    const { page } = console;
    const address = page.url();
    await page.getByRole('link', { name: 'Import a version' }).click();
    await page.getByLabel('Note').fill('Left for later');
    await upload(weather);
    await review();
    await page.goto('about:blank');
    await page.goto(address);
    await page.getByRole('row', { name: /seattle-weather\.csv.*waits for a decision.*1,461/ }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('dataset-imports');
    await page.getByRole('link', { name: 'Look over seattle-weather.csv' }).click();
    await review();
    expect(await page.getByLabel('Note').inputValue()).toBe('Left for later');
    await page.getByRole('link', { name: 'Seattle weather', exact: true }).click();
    await page.getByRole('button', { name: 'Actions for seattle-weather.csv' }).click();
    await page.getByRole('menuitem', { name: 'Discard' }).click();
    await page.getByText('Nothing of it is kept').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByText('waits for a decision').waitFor({ state: 'detached' });
  });

  it('tell what changed between two versions', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Versions', exact: true }).click();
    await page.getByRole('button', { name: 'Actions for version 2' }).click();
    await page.getByRole('menuitem', { name: 'Compare with version 1' }).click();
    const changed = page.getByRole('row', { name: /^date changed/ });
    await changed.waitFor();
    expect(await changed.textContent()).toMatch(/changed.*date.*text/);
    expect(await console.flaws()).toEqual([]);
    await console.shot('compare');
  });

  it('are looked into in the query language: filtered, sorted by a press, with faults in their place', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Seattle weather', exact: true }).click();
    await page.getByRole('link', { name: 'Versions', exact: true }).click();
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByText('1,461 rows', { exact: true }).waitFor();
    await page.getByLabel('Query').fill('weather=snow');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('26 of 1,461 rows', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'temp_min', exact: true }).click();
    await page
      .getByRole('columnheader', { name: 'temp_min', exact: true })
      .and(page.locator('[aria-sort=ascending]'))
      .waitFor();
    await page.getByRole('button', { name: 'temp_min', exact: true }).click();
    await page.locator('[aria-sort=descending]').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('preview');
    await page.getByLabel('Query').fill('wether=snow');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText(/did you mean weather/i).waitFor();
    expect(await console.flaws()).toEqual([]);
  });

  it('draw only the rows in sight, and fetch the next ones on the way down', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Clear' }).click();
    const grid = page.getByRole('region', { name: 'Rows of version 1' });
    await grid.getByText('2012-01-01').waitFor();
    expect(await grid.locator('tbody tr').count()).toBeLessThan(80);
    for (const date of ['2012-07-18', '2013-02-03', '2013-08-22']) {
      await grid.hover();
      await page.mouse.wheel(0, 100_000);
      await grid.getByText(date).waitFor();
    }
  });

  it('are downloaded whole in every format', async () => {
    const { page } = console;
    const sizes: Record<string, number> = {};
    for (const name of ['CSV', 'JSON', 'NDJSON', 'Excel (XLSX)', 'Parquet', 'Arrow']) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      await page.getByRole('menuitem', { name: `Download as ${name}`, exact: true }).click();
      const file = await download;
      sizes[file.suggestedFilename().replace(/^.*-v1\./, '')] = (
        await stat(await waitFor('the whole file', () => file.path()))
      ).size;
    }
    expect(Object.keys(sizes).sort()).toEqual(['arrows', 'csv', 'json', 'ndjson', 'parquet', 'xlsx']);
    expect(Math.min(...Object.values(sizes))).toBeGreaterThan(5_000);
  });

  it('take no broken file: the line and the column are told, and the choice stays', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Seattle weather', exact: true }).click();
    await page.getByRole('link', { name: 'Import a version' }).click();
    const buffer = Buffer.from('a,b\n1,2\n3,4,5,6\n');
    await upload({ name: 'broken.csv', mimeType: 'text/csv', buffer });
    await page
      .getByRole('alert')
      .getByText(/Line 3/)
      .waitFor();
    await page.getByText('broken.csv').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import-refused');
  });

  it('are dropped on the page, and looked at before anything is sent', async () => {
    const { page, context } = console;
    const box = await page.getByText('broken.csv').boundingBox();
    const [x, y] = [(box?.x ?? 0) + 5, (box?.y ?? 0) + 5];
    // As the browser itself tells a page of a file that is dragged over it from the desktop.
    const browser = await context.newCDPSession(page);
    const data = { items: [], files: [weather], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await browser.send('Input.dispatchDragEvent', { type, x, y, data });
    }
    await page.getByText('seattle-weather.csv').waitFor();
    await page.getByRole('region', { name: 'Preview of the first rows' }).getByText('2012-01-03').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shotAt(1360, 'import-preview');
  });

  it('are told where values do not fit a type that was chosen, and wait on; discarded, they leave nothing', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Upload' }).click();
    await review();
    await choose('weather', 'integer');
    await choose('wind', 'decimal');
    await publish();
    const field = page.getByRole('listitem').filter({ hasText: 'weather' });
    await field.getByText(/Line 2, column \d+: The value is not an integer/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import-misfit');
    await choose('weather', 'text');
    await publish();
    await page.getByRole('heading', { name: 'Version 3 is published' }).waitFor();
    await page.getByRole('link', { name: 'Go to the dataset' }).click();
    await page.getByRole('link', { name: 'Import a version' }).click();
    await upload(weather);
    await review();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Choose another file' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    const { data } = (await console.publisher.call('GET', '/datasets')).json as { data: { latestVersion: number }[] };
    expect(data.map(({ latestVersion }) => latestVersion)).toEqual([3]);
  });

  it('of a thousand columns are looked over like any other, with the first column that does not fit in sight', async () => {
    const { page } = console;
    const names = Array.from({ length: 1_000 }, (_, index) => `column_${index + 1}`);
    const buffer = Buffer.from(`${names.join()}\n${names.map(() => '1').join()}\n${names.map(() => 'x').join()}\n`);
    await upload({ name: 'wide.csv', mimeType: 'text/csv', buffer });
    await review();
    expect(await page.getByRole('listitem').count()).toBeLessThan(60);
    expect(await console.flaws()).toEqual([]);
    const list = page.getByRole('listitem').first();
    await list.hover();
    await page.mouse.wheel(0, 1_000_000);
    await choose('column_1000', 'integer');
    await list.hover();
    await page.mouse.wheel(0, -1_000_000);
    await page.getByRole('button', { name: /Type of column_1$/ }).waitFor();
    await publish();
    await page.getByText(/Line 3, column \d+: The value is not an integer/).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Choose another file' }).waitFor();
  }, 120_000);

  it('are cancelled while the server reads what was sent', async () => {
    const { page, stack, publisher } = console;
    const { data } = (await publisher.call('GET', '/datasets')).json as { data: { id: string }[] };
    await upload(join(projectRoot, 'node_modules/vega-datasets/data/flights-3m.parquet'));
    await page
      .getByRole('status')
      .getByText(/^Reading/)
      .waitFor();
    expect(await importsRunning(stack.mongoUrl, data[0]?.id ?? '')).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Choose another file' }).waitFor();
    expect(await importsRunning(stack.mongoUrl, data[0]?.id ?? '')).toBe(false);
    expect((await publisher.call('GET', `/datasets/${data[0]?.id}`)).json).toMatchObject({ latestVersion: 3 });
  });

  it('stand in a list with rows, size, versions and the APIs over them', async () => {
    const { page } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Datasets' }).click();
    await page.getByRole('row', { name: /Seattle weather.*1,461/ }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('datasets');
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
