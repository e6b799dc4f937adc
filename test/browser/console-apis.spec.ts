import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { answerTo, read, vegaFile } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;

/** Gateways tell what they counted every few seconds. */
const LATER = { timeout: 30_000 };

inBrowser(`APIs in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  let secret: string;
  let tokenId: string;

  const clipboard = () => console.page.evaluate<string>('navigator.clipboard.readText()');

  beforeAll(async () => {
    const { publisher } = console;
    const dataset = await publisher.dataset('Seattle weather');
    await publisher.version(dataset.id, 'csv', await vegaFile('seattle-weather.csv'));
    await publisher.api({ name: 'Taken', datasetId: dataset.id, path: 'weather' });
    const { token, secret: made } = await publisher.token('Billing system');
    [secret, tokenId] = [made, token.id];
    await console.signIn(`/console/datasets/${dataset.id}`);
  });

  it('are made from a dataset, checked while one types, with a free path at hand', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Create custom API' }).click();
    await page.getByRole('combobox', { name: 'Dataset' }).and(page.locator('[value="Seattle weather"]')).waitFor();
    await page.getByLabel('API name').fill('Taken');
    await page.getByText('Another API has this name').waitFor();
    await page.getByLabel('API name').fill('Weather in Seattle');
    await page.getByLabel('Description').fill('Rain, wind and temperature of each day.');
    await page.getByLabel('Path').fill('weather');
    await page.getByRole('button', { name: 'Use weather-2' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: /Advanced/ }).scrollIntoViewIfNeeded();
    await console.shot('api-conflict');
    await page.getByRole('button', { name: 'Use weather-2' }).click();
    await page.getByText('free', { exact: true }).waitFor();
  });

  it('show what consumers may see and ask for, and every fault of it in its place', async () => {
    const { page } = console;
    await page.getByRole('button', { name: /Advanced/ }).click();
    await page.getByText('Every field', { exact: true }).click();
    await page.getByText('temp_min', { exact: true }).click();
    await page.getByText('Every field can be filtered and sorted by').click();
    await page.getByText('sort', { exact: true }).last().click();
    await page.getByRole('textbox', { name: 'Other origins' }).fill('https://app.example.com');
    await page.getByRole('button', { name: 'Move weather up' }).click();
    await page.getByRole('textbox', { name: 'Row filter' }).fill('{"weathr": {"eq": {"$param": "kind"}}}');
    await page.getByRole('button', { name: 'Add parameter' }).click();
    await page.getByLabel('Name', { exact: true }).fill('kind');
    await page.getByLabel('Default', { exact: true }).fill('rain');
    await page.getByRole('button', { name: /Advanced/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    // The part that was folded opens at what is wrong in it, which is told there alone.
    await page.getByRole('textbox', { name: 'Row filter' }).and(page.locator(':focus')).waitFor();
    expect(await page.getByText(/there is no field weathr/).count()).toBe(1);
    expect(await console.flaws()).toEqual([]);
    await console.shot('api-advanced');
    await page
      .getByRole('textbox', { name: 'Row filter' })
      .fill('{"weather": {"eq": {"$param": "kind"}}, "wind": {"lt": 12345678901234567891}}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Weather in Seattle' }).waitFor();
    const { data } = (await console.publisher.call('GET', '/apis')).json as { data: { rowFilter: unknown }[] };
    expect(data[0]?.rowFilter).toEqual({ weather: { eq: { $param: 'kind' } }, wind: { lt: '12345678901234567891' } });
  });

  it('get their token from a list that is searched by typing, and lose it again', async () => {
    const { page, stack } = console;
    await page.getByRole('button', { name: 'Assign token to API' }).click();
    await page.getByRole('combobox', { name: 'Token' }).fill('bill');
    await page.getByRole('option', { name: /Billing system/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Remove Billing system' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('assign-token');
    await waitFor('the endpoint to answer', async () => (await read(stack.url, 'weather-2', secret)).status === 200);
    await console.untilCounted({ tokenId });
    await page.getByRole('button', { name: 'Remove Billing system' }).click();
    await page.getByText(/^1 request in the last hour, by 1 token at 1 API/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Take it away' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The token is assigned').waitFor();
    await page.getByRole('button', { name: 'Remove Billing system' }).click();
    await page.getByRole('button', { name: 'Take it away' }).click();
    await page.getByRole('button', { name: 'Remove Billing system' }).waitFor({ state: 'detached' });
    await waitFor('the endpoint to refuse', async () => (await read(stack.url, 'weather-2', secret)).status === 403);
    await page.getByRole('combobox', { name: 'Token' }).fill('bill');
    await page.getByRole('option', { name: /Billing system/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Remove Billing system' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it('are tried in place: the token is put in for me, the answer stands on the right, and both are copied', async () => {
    const { page, stack } = console;
    await page.getByRole('link', { name: 'Test & docs' }).click();
    await page.getByText(`Bearer ${secret.slice(0, 8)}…`).waitFor();
    await page.getByLabel('Value of temp_max').fill('20');
    await page.getByLabel('How temp_max is compared').selectOption('gte');
    await page.getByLabel('Rows', { exact: true }).fill('3');
    await page.getByRole('button', { name: 'Test API' }).click();
    const answer = page.getByRole('region', { name: 'JSON response' });
    await answer.getByText('"rain"').first().waitFor();
    await page.getByRole('definition').getByText('200', { exact: true }).waitFor();
    const [form, panel] = await Promise.all([
      page.getByRole('heading', { name: 'Parameters' }).boundingBox(),
      answer.boundingBox(),
    ]);
    expect(panel?.x).toBeGreaterThan(form?.x ?? 0);
    expect(await answer.textContent()).not.toContain('temp_min');
    expect(await console.flaws()).toEqual([]);
    await console.shot('api-docs');
    await page.getByRole('button', { name: 'COPY JSON RESPONSE' }).click();
    const query = 'temp_max__gte=20&_limit=3';
    const direct = await answerTo(`${stack.url}/api/weather-2?${query}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(
      await waitFor('the copied answer', async () => (await clipboard()).startsWith('{') && (await clipboard())),
    ).toBe(direct.text);
    await page.getByRole('button', { name: 'COPY AXIOS REQUEST' }).click();
    const axios = await waitFor(
      'the copied request',
      async () => (await clipboard()).includes('axios') && (await clipboard()),
    );
    expect(axios).toContain('["temp_max__gte", "20"]');
    expect(axios).not.toContain(secret);
  });

  it('fold the answer, and show the same request in other languages', async () => {
    const { page } = console;
    const answer = page.getByRole('region', { name: 'JSON response' });
    await answer.getByRole('button', { name: 'Fold data' }).click();
    await answer.getByText('"rain"').first().waitFor({ state: 'detached' });
    await answer.getByRole('button', { name: 'Open data' }).click();
    await page.getByRole('link', { name: 'Code', exact: true }).click();
    for (const [name, sign] of [
      ['Shell: curl', 'curl --silent'],
      ['Python: pandas', 'import pandas'],
      ['C#', 'HttpClient'],
    ] as const) {
      await page.getByRole('button', { name: /Language/ }).click();
      await page.getByRole('option', { name }).click();
      await page.getByRole('region', { name: 'Code of the request' }).getByText(sign).waitFor();
    }
    await page.getByRole('link', { name: 'Test & docs' }).first().click();
    await page.getByLabel('More of the query').fill('colour=blue');
    await page.getByRole('button', { name: 'Test API' }).click();
    await page.getByRole('definition').getByText('400', { exact: true }).waitFor();
    await answer.getByText('"invalid_query"').waitFor();
  });

  it('tell how they are used: figures, charts with their values as a table, and requests as they happen', async () => {
    const { page, stack } = console;
    for (let call = 0; call < 30; call++) await read(stack.url, `weather-2?_limit=${call + 1}`, secret);
    expect((await read(stack.url, 'weather-2?colour=blue', secret)).status).toBe(400);
    const tabs = page.getByRole('navigation', { name: 'Parts of the API' });
    await tabs.getByRole('link', { name: 'Usage' }).click();
    const usage = page.getByRole('region', { name: 'Usage', exact: true });
    await usage
      .getByText(/^[3-9]\d requests in the last (24 hours|hour): \d+ client errors?, 0 server errors\.$/)
      .waitFor(LATER);
    await usage.getByRole('button', { name: 'Requests as a table' }).click();
    const values = page.getByRole('region', { name: 'Requests, values' });
    expect(await values.getByRole('row').nth(1).textContent()).toMatch(/[AP]M\d{3,}$/);
    expect(await console.flaws()).toEqual([]);
    await tabs.getByRole('link', { name: 'Live' }).click();
    await page.getByText('listening').waitFor();
    await read(stack.url, 'weather-2?_limit=77', secret);
    const live = page.getByRole('region', { name: 'Live requests' });
    await live.getByRole('row', { name: /GET 200 .*\b77\b/ }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('navigation', { name: 'Data & Users' }).getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('row', { name: /^Billing system 3\d/ }).waitFor(LATER);
    await page
      .getByRole('button', { name: 'the last hour' })
      .or(page.getByRole('radio', { name: 'the last hour' }))
      .click();
    await page.getByText(/3\d requests in the last hour/).waitFor();
    await page.locator('canvas').nth(3).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('usage');
    await page.getByRole('link', { name: 'Billing system' }).click();
    await page.getByText(/3\d requests in the last hour/).waitFor();
    expect(await console.flaws()).toEqual([]);
  });

  it('take rows: rules are set per field, a body is tried without writing, and sent for real after a question', async () => {
    const { page, publisher, stack } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Output APIs' }).click();
    await page
      .getByRole('row', { name: /Weather in Seattle/ })
      .getByRole('link', { name: 'Seattle weather' })
      .click();
    await page.getByRole('link', { name: 'Create custom API' }).click();
    await page.getByLabel('API name').fill('Report weather');
    await page.getByRole('button', { name: /Method/ }).click();
    await page.getByRole('option', { name: /POST/ }).click();
    await page.getByRole('button', { name: /Advanced/ }).click();
    await page.locator('label', { has: page.getByRole('switch', { name: 'date is required' }) }).click();
    await page.getByRole('button', { name: /^weather text/ }).click();
    await page.getByLabel('Only these values of weather').fill('rain\nsun');
    await page.getByRole('button', { name: /^wind/ }).click();
    await page.getByLabel('Largest wind').fill('fast');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel('Largest wind').and(page.locator('[aria-invalid=true]')).waitFor();
    await page.getByLabel('Largest wind').fill('99.5');
    expect(await console.flaws()).toEqual([]);
    await console.shot('api-send-rules');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Report weather' }).waitFor();
    const apiId = page.url().split('/').at(-1) ?? '';
    const tokens = (await publisher.call('GET', '/tokens')).json as { data: { id: string }[] };
    await publisher.assign(apiId, tokens.data[0]?.id ?? '');
    await console.goto(`/apis/${apiId}/test`);
    await page.getByText(`Bearer ${secret.slice(0, 8)}…`).waitFor();
    const body = page.getByRole('textbox', { name: 'Body' });
    expect(await body.inputValue()).toContain('"weather": "rain"');
    await page.getByRole('button', { name: 'Test API' }).click();
    await page.getByRole('definition').getByText('200', { exact: true }).waitFor();
    await body.fill('[{"date": "2031-01-31", "weather": "hail"}]');
    await page.getByRole('button', { name: 'Test API' }).click();
    await page.getByRole('definition').getByText('422', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'JSON response' }).getByText('"invalid_rows"').waitFor();
    await body.fill('[{"date": "2031-01-31", "weather": "sun", "wind": 5.25}]');
    expect(await console.flaws()).toEqual([]);
    await console.shot('api-send');
    await page.getByRole('button', { name: 'Send for real' }).click();
    await page.getByRole('button', { name: 'Send rows' }).click();
    await page.getByRole('definition').getByText('201', { exact: true }).waitFor();
    const sent = () => read(stack.url, 'weather-2?date=2031-01-31&kind=sun', secret);
    await waitFor('the row that was sent', async () => (await sent()).text.includes('"wind":5.25'));
    await page.getByRole('button', { name: 'COPY AXIOS REQUEST' }).click();
    const program = await waitFor(
      'the copied program',
      async () => (await clipboard()).includes('method: "POST"') && (await clipboard()),
    );
    const file = join(projectRoot, 'test-artifacts', 'console', 'copied-axios.mjs');
    await writeFile(file, program);
    const env = { ...process.env, SLUICE_TOKEN: secret };
    expect((await promisify(execFile)(process.execPath, [file], { env })).stdout).toMatch(/accepted: 1/);
    await waitFor('both rows', async () => ((await sent()).json as { data: unknown[] }).data.length === 2);
  }, 90_000);

  it('stand in a list with their state, which turns for consumers after what it cuts off was told', async () => {
    const { page, stack } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Output APIs' }).click();
    const toggle = page.getByRole('switch', { name: /Weather in Seattle/ });
    const label = page.getByRole('row', { name: /Weather in Seattle/ }).locator('label');
    await toggle.waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('apis');
    await label.click();
    const question = page.getByRole('dialog', { name: 'Deactivate Weather in Seattle?' });
    await question.getByText(/requests in the last hour, by 1 token at 1 API/).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('api-cut-off');
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await toggle.isChecked()).toBe(true);
    await label.click();
    await question.getByRole('button', { name: 'Deactivate' }).click();
    await waitFor('the endpoint to be gone', async () => (await read(stack.url, 'weather-2', secret)).status === 404);
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitFor('the endpoint to answer', async () => (await read(stack.url, 'weather-2', secret)).status === 200);
    expect(await toggle.isChecked()).toBe(true);
  });

  it('are edited with what they have, and deleted only after a question', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Actions for Weather in Seattle' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    expect(await page.getByLabel('Path').inputValue()).toBe('weather-2');
    await page.getByLabel('API name').fill('Seattle, day by day');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Seattle, day by day' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Output APIs' }).click();
    await page.getByRole('button', { name: 'Actions for Taken' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Delete API' }).click();
    await page.getByRole('link', { name: 'Taken' }).waitFor({ state: 'detached' });
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
