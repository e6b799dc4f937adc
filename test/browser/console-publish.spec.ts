import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;
const weather = join(projectRoot, 'node_modules/vega-datasets/data/seattle-weather.csv');
const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const countClicks = `window.clicks = 0; addEventListener('click', ({ isTrusted }) => { window.clicks += isTrusted }, true)`;

inBrowser(`a file that is published on one page${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useSharedStack());

  beforeAll(async () => {
    await console.signIn('/console/datasets');
  }, 60_000);

  const button = (name: string) => console.page.getByRole('button', { name, exact: true });
  const found = () => console.page.getByRole('heading', { name: 'Look it over, then switch it on' }).waitFor();
  const choose = async (file: string | ReturnType<typeof csv>) => {
    const chooser = console.page.waitForEvent('filechooser');
    await console.page.getByRole('button', { name: /Choose (a|another) file/ }).click();
    await (await chooser).setFiles(file);
  };
  const begin = async (file: string | ReturnType<typeof csv>) => {
    await console.goto('/publish');
    await choose(file);
    await button('Upload').click();
    await found();
  };
  /** The names of the things of a kind that these words find. */
  const named = async (kind: 'datasets' | 'apis' | 'tokens', words: string) => {
    const { json } = await console.publisher.call('GET', `/${kind}?_q=${encodeURIComponent(words)}`);
    return (json as { data: { name: string }[] }).data.map(({ name }) => name);
  };
  const secretOf = (token: string) => console.page.getByLabel(`Token ${token}`).inputValue();

  it('becomes an endpoint that answers the secret that is shown, with three clicks and within a minute', async () => {
    const { page, stack } = console;
    await page.getByRole('link', { name: 'Publish a file' }).first().click();
    await button('Choose a file').waitFor();
    expect(await console.flaws()).toEqual([]);
    const began = performance.now();
    await page.evaluate(countClicks);
    await choose(weather);
    await page.getByRole('region', { name: 'Preview of the first rows' }).getByText('2012-01-01').waitFor();
    expect(await page.getByLabel('Name of the dataset').inputValue()).toBe('Seattle weather');
    await button('Upload').click();
    await found();
    await page.getByText(/\/api\/seattle-weather$/).waitFor();
    await button('Publish and switch on').click();
    await page.getByRole('heading', { name: 'Seattle weather is live' }).waitFor();
    const secret = await secretOf('Seattle weather');
    const answer = await read(stack.url, 'seattle-weather?date=2012-01-05', secret);
    const seconds = (performance.now() - began) / 1000;
    expect(answer).toMatchObject({ status: 200, json: { data: [{ date: '2012-01-05', weather: 'rain' }] } });
    expect(await page.evaluate('window.clicks')).toBe(3);
    expect(seconds).toBeLessThan(60);
    await page.getByRole('region', { name: 'JSON response' }).getByText('"2012-01-01"').first().waitFor();
    await page.getByRole('region', { name: 'Code of the request' }).getByText('SLUICE_TOKEN').waitFor();
    expect(await console.flaws()).toEqual([]);
    expect(await console.overflows()).toEqual([]);
    await console.shot('publish-live');
    await page.getByRole('link', { name: 'Open the API' }).click();
    await page.waitForURL(/\/apis\/api_/);
  });

  it('is looked over beside its endpoint, whose address is seen while the name is typed', async () => {
    const { page } = console;
    await begin(csv('harbour_fees.csv', 'port,fee\nOslo,12\nBergen,9\n'));
    await page.getByText(/\/api\/harbour-fees$/).waitFor();
    await page.getByLabel('API name').fill('Fees of harbours');
    await page.getByText(/\/api\/fees-of-harbours$/).waitFor();
    await page.getByLabel('Path').fill('seattle-weather');
    await button('Use seattle-weather-2').waitFor();
    expect(await console.flaws()).toEqual([]);
    expect(await console.overflows()).toEqual([]);
    await console.shotAt(360, 'publish-narrow');
    await page.getByLabel('Path').fill('');
    await page.getByText(/\/api\/fees-of-harbours$/).waitFor();
    await console.shot('publish');
  });

  it('goes on where it stopped, by keyboard: what is done stays done, and a fault is told at its field alone', async () => {
    const { page, stack, publisher } = console;
    await publisher.token('Harbour reader');
    await page.getByRole('button', { name: /Type of port/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'integer' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Name of the token').fill('Harbour reader');
    await page.keyboard.press('Enter');
    const misfit = page.getByText(/The value is not an integer/).first();
    await misfit.waitFor();
    await page.getByRole('button', { name: /Type of port/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'text' }).focus();
    await page.keyboard.press('Enter');
    await misfit.waitFor({ state: 'detached' });
    await button('Publish and switch on').press('Enter');
    const taken = page.getByText('Another token that is not revoked has this name');
    await taken.waitFor();
    expect(await taken.count()).toBe(1);
    await page.getByText('The data is published as version 1 of Harbour fees').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByLabel('Name of the token').fill('Harbour desk');
    await taken.waitFor({ state: 'detached' });
    await page.getByLabel('Name of the token').press('Enter');
    await page.getByRole('heading', { name: 'Fees of harbours is live' }).waitFor();
    expect((await read(stack.url, 'fees-of-harbours', await secretOf('Harbour desk'))).status).toBe(200);
    expect(await named('apis', 'harbours')).toEqual(['Fees of harbours']);
    expect(await named('datasets', 'Harbour')).toEqual(['Harbour fees']);
  });

  it('makes nothing twice where answers were lost: the second press finishes it, and the secret works', async () => {
    const { page, stack } = console;
    await begin(csv('lost.csv', 'id,name\n1,Oslo\n'));
    const lost: string[] = [];
    await page.route(/\/manage\/v1\/(apis|tokens|imports\/[^/]+\/publish)$/, async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (route.request().method() !== 'POST' || lost.includes(path)) return route.continue();
      lost.push(path);
      await route.fetch();
      await route.abort();
    });
    const live = page.getByRole('heading', { name: 'Lost is live' });
    for (let presses = 1; presses <= 3; presses++) {
      await button('Publish and switch on').click();
      await waitFor('the answer to be lost', () => lost.length >= presses);
      await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    }
    await button('Publish and switch on').click();
    await live.waitFor();
    await page.unrouteAll();
    expect((await read(stack.url, 'lost', await secretOf('Lost'))).status).toBe(200);
    for (const kind of ['datasets', 'apis', 'tokens'] as const) expect(await named(kind, 'Lost')).toEqual(['Lost']);
  });

  it('leaves nothing behind when the page is left, closed or discarded, and asks before', async () => {
    const { page } = console;
    await begin(csv('left.csv', 'id\n1\n'));
    expect(await named('datasets', 'Left')).toEqual(['Left']);
    await page.getByRole('navigation').getByRole('link', { name: 'Tokens' }).click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.getByText(/it is discarded, with the dataset/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await page.getByRole('navigation').getByRole('link', { name: 'Tokens' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await waitFor('it to be gone', async () => (await named('datasets', 'Left')).length === 0);
    await begin(csv('left.csv', 'id\n1\n'));
    await button('Discard').click();
    await button('Choose another file').waitFor();
    await waitFor('it to be gone', async () => (await named('datasets', 'Left')).length === 0);
    await begin(csv('left.csv', 'id\n1\n'));
    page.once('dialog', (dialog) => void dialog.accept());
    await page.goto('about:blank');
    await waitFor('it to be gone', async () => (await named('datasets', 'Left')).length === 0);
    await console.goto('/publish');
  });

  it('is told of on the next visit where the page could not discard it, and discarded then', async () => {
    const { page } = console;
    const { id } = await console.publisher.dataset('Cut off');
    // As a page leaves it whose browser crashes.
    await page.evaluate(`localStorage.setItem('sluice.unpublished', '${JSON.stringify([{ id, name: 'Cut off' }])}')`);
    await console.goto('/publish');
    await page.getByText(/^Cut off was made here and is not published/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await button('Discard Cut off').click();
    await page.getByText(/^Cut off was made here/).waitFor({ state: 'detached' });
    expect(await named('datasets', 'Cut off')).toEqual([]);
  });

  it('tells a broken file by line and a taken name at its field, and leads to the full form with what was typed', async () => {
    const { page } = console;
    await choose(csv('torn_page.csv', 'a,b\n1,2\n3,4,5,6\n'));
    await button('Upload').click();
    await page
      .getByRole('alert')
      .getByText(/Line 3/)
      .waitFor();
    await waitFor('it to be gone', async () => (await named('datasets', 'Torn page')).length === 0);
    await choose(csv('lost.csv', 'id\n1\n'));
    await button('Upload').click();
    const taken = page.getByText('Another dataset has this name');
    await taken.waitFor();
    expect(await taken.count()).toBe(1);
    await page.getByLabel('Name of the dataset').fill('Lost and found');
    await taken.waitFor({ state: 'detached' });
    await button('Upload').click();
    await found();
    await page.getByLabel('Path').fill('things/found');
    await button('Publish the data, then choose all settings').click();
    await page.waitForURL(/\/apis\/new/);
    expect(await page.getByLabel('API name').inputValue()).toBe('Lost and found');
    expect(await page.getByLabel('Path').inputValue()).toBe('things/found');
    const dataset = page.getByRole('combobox', { name: 'Dataset' });
    await waitFor('the dataset to be named', async () => (await dataset.inputValue()) === 'Lost and found');
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
