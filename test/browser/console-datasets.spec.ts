import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root';
import { chromiumPath } from '../support/chromium';
import { Console } from '../support/console-page';

const inBrowser = chromiumPath ? describe : describe.skip;
const weather = join(projectRoot, 'node_modules/vega-datasets/data/seattle-weather.csv');

inBrowser(`datasets in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  let console: Console;

  beforeAll(async () => {
    console = await Console.open();
    await console.signIn('/console/datasets');
  }, 90_000);
  afterAll(async () => {
    await console?.close();
  });

  /** Chooses a file on the import page and presses Import. */
  async function importFile(file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const { page } = console;
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /Choose (a|another) file/ }).click();
    await (await chooser).setFiles(file);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
  }

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
    await importFile(weather);
    await page.getByRole('heading', { name: 'Version 1 is published' }).waitFor();
    await page.getByRole('region', { name: 'First rows' }).getByText('2012-01-01').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import-done');
  }, 60_000);

  it('get other types from the same file as a new version', async () => {
    const { page } = console;
    await page.getByRole('button', { name: /Type of date/ }).click();
    await page.getByRole('option', { name: 'text' }).click();
    await page.getByRole('button', { name: 'Import again as version 2' }).click();
    await page.getByRole('heading', { name: 'Version 2 is published' }).waitFor();
    await page.getByRole('link', { name: 'Go to the dataset' }).click();
    await page.getByRole('link', { name: 'Version 2' }).waitFor();
    await page.getByText('As published').first().waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('dataset');
  }, 60_000);

  it('tell what changed between two versions', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for version 2' }).click();
    await page.getByRole('menuitem', { name: 'Compare with version 1' }).click();
    const changed = page.getByRole('row', { name: /^date changed/ });
    await changed.waitFor();
    expect(await changed.textContent()).toMatch(/changed.*date.*text/);
    expect(await console.flaws()).toEqual([]);
    await console.shot('compare');
  }, 60_000);

  it('are looked into in the query language: filtered, sorted by a press, with faults in their place', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Dataset', exact: true }).click();
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByText('1,461 rows', { exact: true }).waitFor();
    await page.getByLabel('Filter').fill('weather=snow');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('26 rows', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'temp_min' }).click();
    await page
      .getByRole('columnheader', { name: 'temp_min', exact: true })
      .and(page.locator('[aria-sort=ascending]'))
      .waitFor();
    await page.getByRole('button', { name: 'temp_min' }).click();
    await page.locator('[aria-sort=descending]').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('preview');
    await page.getByLabel('Filter').fill('wether=snow');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText(/did you mean weather/i).waitFor();
    expect(await console.flaws()).toEqual([]);
  }, 60_000);

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
  }, 60_000);

  it('are downloaded whole in every format', async () => {
    const { page } = console;
    const sizes: Record<string, number> = {};
    for (const name of ['CSV', 'JSON', 'NDJSON', 'Parquet', 'Arrow']) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      await page.getByRole('menuitem', { name: `Download as ${name}`, exact: true }).click();
      const file = await download;
      sizes[file.suggestedFilename().replace(/^.*-v1\./, '')] = (await stat(await file.path())).size;
    }
    expect(Object.keys(sizes).sort()).toEqual(['arrows', 'csv', 'json', 'ndjson', 'parquet']);
    expect(Math.min(...Object.values(sizes))).toBeGreaterThan(5_000);
  }, 60_000);

  it('take no broken file: the line and the column are told, and the choice stays', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Dataset', exact: true }).click();
    await page.getByRole('link', { name: 'Import a version' }).click();
    const buffer = Buffer.from('a,b\n1,2\n3,4,5,6\n');
    await importFile({ name: 'broken.csv', mimeType: 'text/csv', buffer });
    await page
      .getByRole('alert')
      .getByText(/Line 3/)
      .waitFor();
    await page.getByText('broken.csv').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('import-refused');
  }, 60_000);

  it('are looked at before anything is sent: the first rows, and types that shall not be found out', async () => {
    const { page } = console;
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await (await chooser).setFiles(weather);
    await page.getByRole('region', { name: 'Preview of the first rows' }).getByText('2012-01-03').waitFor();
    await page.getByRole('button', { name: /Type of wind/ }).click();
    await page.getByRole('option', { name: 'decimal' }).click();
    expect(await console.flaws()).toEqual([]);
    await console.shotAt(1360, 'import-preview');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Version 3 is published' }).waitFor();
    await page.getByRole('button', { name: /decimal Type of wind/ }).waitFor();
  }, 60_000);

  it('stand in a list with rows, size, versions and the APIs over them', async () => {
    const { page } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Datasets' }).click();
    await page.getByRole('row', { name: /Seattle weather.*1,461/ }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('datasets');
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  }, 60_000);
});
