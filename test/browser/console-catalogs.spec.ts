import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { answerTo } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(
  `what catalogues are told, in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`,
  () => {
    const stack = useSharedStack();
    const console = useConsole(stack);
    let id: string;

    beforeAll(async () => {
      const { publisher } = console;
      ({
        api: { id },
      } = await publisher.publish('Console towns', 'csv', 'id,town\n1,Rome\n'));
      await console.signIn(`/console/apis/${id}/settings`);
    });

    it('is set in a part of the form, which says beside the switch what everybody can read then', async () => {
      const { page, publisher } = console;
      await page.getByRole('button', { name: /For catalogues/ }).click();
      await page.getByText('Listed for everyone', { exact: true }).click();
      await page.getByText(/Everybody can read without a token: .*Never a row/).waitFor();
      await page.getByRole('button', { name: /Licence/ }).click();
      await page.getByRole('option', { name: 'Another address' }).click();
      await page.getByLabel('Address of the licence').fill('http://example.com');
      await page.getByRole('button', { name: 'Save' }).click();
      await page
        .getByText(/no https address in ASCII · such as/)
        .first()
        .waitFor();
      await page
        .getByRole('button', { name: /Licence/ })
        .first()
        .click();
      await page.getByRole('option', { name: 'CC-BY-4.0', exact: true }).click();
      await page.getByRole('button', { name: /Theme/ }).click();
      await page.getByRole('option', { name: 'Environment', exact: true }).click();
      await page.getByLabel('Contact', { exact: true }).fill('Data office');
      await page.getByLabel('Email of the contact').fill('data@example.com');
      await page.getByLabel('Deprecated from').fill('2026-01-01');
      await page.getByLabel('Expected to end').fill('2099-12-31');
      expect(await console.flaws()).toEqual([]);
      await console.shot('api-catalogues');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Console towns is saved').waitFor();
      expect((await publisher.call('GET', `/apis/${id}`)).json).toMatchObject({
        listed: true,
        license: 'https://creativecommons.org/licenses/by/4.0/',
        contact: { name: 'Data office', email: 'data@example.com', page: null },
        theme: 'ENVI',
        updateFrequency: null,
        deprecatedAt: '2026-01-01T00:00:00.000Z',
        sunsetAt: '2099-12-31T00:00:00.000Z',
      });
      const open = `${stack.url}/api/console-towns/_openapi.json`;
      await waitFor('everybody to be told', async () => (await answerTo(open)).status === 200);
    });

    it('stands on the page of the API, with chips for what is listed and what ends', async () => {
      const { page } = console;
      for (const chip of ['Listed for everyone', 'Deprecated', 'Ends 2099-12-31'])
        await page.getByText(chip, { exact: true }).first().waitFor();
      await page.getByRole('link', { name: 'CC-BY-4.0' }).waitFor();
      await page.getByText(/Data office · /).waitFor();
      expect(await console.flaws()).toEqual([]);
      await console.shot('api-for-catalogues');
    });
  },
);
