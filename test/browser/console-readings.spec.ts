import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { useImportPage } from '../support/import-page';
import { useStack } from '../support/use-stack';
import { rowsOf, xlsx } from '../support/workbooks';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`imports in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  const { upload, review, publish } = useImportPage(console);

  describe('whose file leaves something open', () => {
    let id = '';

    beforeAll(async () => {
      await console.signIn('/console/datasets');
      ({ id } = (await console.publisher.call('POST', '/datasets', { name: 'Shares' })).json as { id: string });
    });

    const found = () => console.page.getByRole('region', { name: 'First rows' });

    it('offer commas as those of thousands or of fractions, and dates with their times', async () => {
      const { page } = console;
      const text = 'at,n,part\n01/02/2024 9:30,"1,200","12,5%"\n03/04/2024 17:05,"3,450","7,25%"\n';
      await console.goto(`/datasets/${id}/import`);
      await upload({ name: 'commas.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await review();
      await page.getByText('1,200 → 1.2', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Apply to n: Comma of thousands' }).click();
      await found().getByText('3450').waitFor();
      await page.getByRole('button', { name: 'Apply to part: As percent, with a comma of fractions' }).click();
      await found().getByText('0.0725').waitFor();
      await page.getByRole('button', { name: 'Apply to at: Day first' }).click();
      await found()
        .getByText(/^2024-04-03.17:05/)
        .waitFor();
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('button', { name: 'Choose another file' }).waitFor();
    });

    it('are read otherwise in place, as each field offers it', async () => {
      const { page } = console;
      const text = `tag;anteil;preis;name\n01/02/2024;12%;1,50;Z\xfcrich\n03/04/2024;7%;2,75;${'weit '.repeat(200)}\n`;
      await console.goto(`/datasets/${id}/import`);
      await upload({ name: 'anteile.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
      await review();
      const raw = page.getByRole('region', { name: 'First lines of the file' });
      await raw.getByText('01/02/2024;12%;1,50;Zürich').waitFor();
      await page.getByRole('button', { name: 'Separator: guessed' }).waitFor();
      await page.getByRole('button', { name: 'Dates: not decided, of tag' }).waitFor();
      expect(await console.flaws()).toEqual([]);
      await page.getByRole('button', { name: 'Decimal sign: guessed, of preis' }).scrollIntoViewIfNeeded();
      await console.shot('import-reading');
      await page.getByRole('button', { name: 'Apply to tag: Month first' }).click();
      await found().getByText('2024-01-02').waitFor();
      await page.getByRole('button', { name: 'Apply to anteil: As percent' }).click();
      await found().getByText('0.12').waitFor();
      await page.getByRole('button', { name: 'Dates: M/d/yyyy, of tag' }).click();
      await page.getByRole('dialog').getByLabel('Dates').fill('d/M/yyyy');
      await page.getByRole('button', { name: 'Read again' }).click();
      await found().getByText('2024-02-01').waitFor();
      expect(await page.getByRole('button', { name: /^Apply to/ }).count()).toBe(0);
      expect(await console.flaws()).toEqual([]);
      await console.shotAt(360, 'import-reading-narrow');
    });

    it('are told at the option why they cannot be read so, and wait on as they were', async () => {
      const { page } = console;
      await page.getByRole('button', { name: 'Encoding: guessed' }).click();
      await page.getByRole('dialog').getByLabel('Encoding').fill('klingon');
      await page.getByRole('button', { name: 'Read again' }).click();
      await page.getByRole('dialog').getByText('There is no encoding klingon').waitFor();
      expect(await console.flaws()).toEqual([]);
      await console.shot('import-option');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page
        .getByRole('dialog', { name: 'Close without saving?' })
        .getByRole('button', { name: 'Discard' })
        .click();
      await found().getByText('2024-02-01').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('keep the reading for later files, until it is forgotten', async () => {
      const { page } = console;
      await page.getByText('Use this reading for later files of this dataset').waitFor();
      await publish();
      await page.getByRole('heading', { name: 'Version 1 is published' }).waitFor();
      await found().getByText('0.07').waitFor();
      await page.getByRole('link', { name: 'Go to the dataset' }).click();
      await page.getByRole('button', { name: 'Actions for Shares' }).click();
      await page.getByRole('menuitem', { name: 'See how files are read' }).click();
      await page.getByRole('dialog').getByText('Dates of tag').waitFor();
      expect(await console.flaws()).toEqual([]);
      await console.shot('dataset-reading');
      await page.getByRole('button', { name: 'Forget' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect((await console.publisher.call('GET', `/datasets/${id}`)).json).toMatchObject({ reading: null });
      await page.getByRole('link', { name: 'Versions', exact: true }).click();
      await page.getByRole('link', { name: 'Version 1' }).click();
      await page.getByRole('button', { name: /^How its file was read/ }).click();
      await page.getByText('Percent of anteil').waitFor();
      expect(await console.flaws()).toEqual([]);
    });

    it('are of the sheet that is picked', async () => {
      const { page } = console;
      const sheets = [
        { name: 'Readme', rows: rowsOf(['about', 'by'], ['shares', 'us']) },
        { name: 'Data 2024', rows: rowsOf(['zip', 'n'], ['00700', 1], ['00800', 2]) },
      ];
      await console.goto(`/datasets/${id}/import`);
      await upload({ name: 'book.xlsx', mimeType: '', buffer: xlsx({ sheets }) });
      await review();
      await found().getByText('shares').waitFor();
      await page.getByRole('button', { name: 'Sheet: guessed' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Found out by itself/ })
        .click();
      await page.getByRole('option', { name: 'Data 2024' }).click();
      await page.getByRole('button', { name: 'Read again' }).click();
      await found().getByText('00700').waitFor();
      await page.getByRole('button', { name: 'Sheet: Data 2024' }).waitFor();
      expect(await console.flaws()).toEqual([]);
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('button', { name: 'Choose another file' }).waitFor();
    });
  });
});
