import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`lists in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  const endpoints: (string | null)[] = [];

  const namesShown = async () => {
    const rows = await console.page.getByRole('rowheader').getByRole('link').allTextContents();
    return rows.join(' ');
  };
  const shows = (names: string) => waitFor(`${names}`, async () => (await namesShown()) === names);
  const choose = async (filter: string, option: string) => {
    await console.page.getByRole('button', { name: filter }).click();
    await console.page.getByRole('option', { name: option, exact: true }).click();
  };

  beforeAll(async () => {
    const { publisher } = console;
    const { id: datasetId } = await publisher.dataset('Towns');
    await publisher.version(datasetId, 'csv', 'id,name\n1,Oslo\n');
    for (const [index, name] of ['Delta', 'Alpha', 'Foxtrot', 'Charlie', 'Echo', 'Bravo'].entries()) {
      const { endpoint } = await publisher.api({ name, datasetId, path: `a${9 - index}`, active: index % 2 === 0 });
      endpoints.push(endpoint);
      await publisher.token(`${name} system`);
    }
    await console.signIn('/console/apis');
  }, 60_000);

  it('are sorted by a press on a head, in the address', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'API name' }).click();
    await shows('Alpha Bravo Charlie Delta Echo Foxtrot');
    await page.getByRole('columnheader', { name: 'API name' }).and(page.locator('[aria-sort="ascending"]')).waitFor();
    await page.getByRole('button', { name: 'API name' }).click();
    await shows('Foxtrot Echo Delta Charlie Bravo Alpha');
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Endpoint', exact: true }).click();
    await shows('Bravo Echo Charlie Foxtrot Alpha Delta');
    expect(new URL(page.url()).searchParams.get('sort')).toBe('path');
    await page.reload();
    await shows('Bravo Echo Charlie Foxtrot Alpha Delta');
  });

  it('are narrowed to a state and a method, in the address', async () => {
    const { page } = console;
    await choose('Filter by status', 'Deactivated');
    await shows('Bravo Charlie Alpha');
    await page.getByText('3 found').waitFor();
    await page.reload();
    await shows('Bravo Charlie Alpha');
    expect(await console.flaws()).toEqual([]);
    await choose('Filter by method', 'POST');
    await page.getByText('None of the APIs is like this.').waitFor();
    await choose('Filter by method', 'GET');
    await choose('Filter by status', 'Any status');
    await shows('Bravo Echo Charlie Foxtrot Alpha Delta');
  });

  it('of APIs are narrowed to a dataset and a token, found by typing, in the address', async () => {
    const { page, publisher } = console;
    const other = await publisher.dataset('Villages');
    const apis = (await publisher.call('GET', '/apis?_q=charlie')).json as { data: { id: string }[] };
    const tokens = (await publisher.call('GET', '/tokens?_q=echo')).json as { data: { id: string }[] };
    await publisher.assign(apis.data[0]?.id ?? '', tokens.data[0]?.id ?? '');
    const narrow = async (filter: string, words: string) => {
      await page.getByRole('combobox', { name: filter }).fill(words);
      await page.getByRole('option', { name: new RegExp(words, 'i') }).click();
    };
    await narrow('Filter by token', 'Echo system');
    await shows('Charlie');
    await page.reload();
    await page.getByRole('button', { name: 'Any token, not only Echo system' }).waitFor();
    await shows('Charlie');
    expect(await console.flaws()).toEqual([]);
    await narrow('Filter by dataset', 'Villages');
    await page.getByText('None of the APIs is like this.').waitFor();
    expect(new URL(page.url()).searchParams.get('datasetId')).toBe(other.id);
    await page.getByRole('button', { name: 'Any dataset, not only Villages' }).click();
    await page.getByRole('button', { name: 'Any token, not only Echo system' }).click();
    await shows('Bravo Echo Charlie Foxtrot Alpha Delta');
  });

  it('show the whole endpoint of an API with its method and its state in words on a phone too, and copy it', async () => {
    const { page } = console;
    await page.setViewportSize({ width: 360, height: 860 });
    const row = page.getByRole('row', { name: /Foxtrot/ });
    const endpoint = endpoints[2] ?? '';
    await row.getByText(endpoint).and(page.locator(':visible')).waitFor();
    await row.getByText('GET').and(page.locator(':visible')).waitFor();
    await row.getByText('Activated').waitFor();
    await console.shotAt(360, 'apis-phone');
    await page.setViewportSize({ width: 360, height: 860 });
    await row.getByRole('button', { name: 'Copy the endpoint of Foxtrot' }).click();
    await waitFor(
      'the endpoint in the clipboard',
      async () => (await page.evaluate<string>('navigator.clipboard.readText()')) === endpoint,
    );
    expect(await console.overflows()).toEqual([]);
  });

  it('of APIs turn one off at once where nobody used it in the last hour, and back by a press', async () => {
    const { page, publisher } = console;
    await page
      .getByRole('row', { name: /Foxtrot/ })
      .locator('label')
      .click();
    await page.getByText('Foxtrot is deactivated').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitFor('it to be on again', async () => {
      const found = (await publisher.call('GET', '/apis?_q=foxtrot')).json as { data: { active: boolean }[] };
      return found.data[0]?.active;
    });
  });

  it('of tokens are narrowed and sorted the same way', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('button', { name: 'Token', exact: true }).click();
    await shows(['Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot'].map((name) => `${name} system`).join(' '));
    await choose('Filter by state', 'revoked');
    await page.getByText('None of the tokens is like this.').waitFor();
    expect(new URL(page.url()).searchParams.get('state')).toBe('revoked');
    expect(await console.flaws()).toEqual([]);
    await choose('Filter by state', 'Any state');
    await page.getByRole('combobox', { name: 'Filter by API' }).fill('charlie');
    await page.getByRole('option', { name: /Charlie/ }).click();
    await shows('Echo system');
  });

  it('of users are sorted by each of their columns, in the address', async () => {
    const { page, publisher } = console;
    for (const [name, role] of [
      ['Zoe', 'viewer'],
      ['Abe', 'owner'],
      ['Mia', 'editor'],
    ] as const) {
      await publisher.call('POST', '/admins/invites', { name, email: `${name}@example.com`, role });
    }
    await page.getByRole('link', { name: 'Users' }).click();
    const names = async () => (await page.getByRole('rowheader').allTextContents()).map((text) => text.slice(0, 3));
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await waitFor('the names in order', async () => (await names()).join(' ') === 'Abe Mia Zoe');
    await page.getByRole('button', { name: 'Role', exact: true }).click();
    await waitFor('the roles in order', async () => (await names()).join(' ') === 'Mia Abe Zoe');
    expect(new URL(page.url()).searchParams.get('sort')).toBe('role');
    for (const head of ['State', 'Last signed in']) await page.getByRole('button', { name: head }).waitFor();
    expect(await console.flaws()).toEqual([]);
  });

  it('of domains have a page of their own, and say what to do with a whole address', async () => {
    const { page } = console;
    await console.goto('/apis/new');
    const form = page.getByRole('main').getByRole('link', { name: 'Domains' });
    expect(await form.getAttribute('href')).toBe('/console/domains');
    await page.getByRole('navigation').getByRole('link', { name: 'Domains' }).click();
    await page.getByLabel('New domain').fill('https://data.example.com/api/orders?x=1');
    await page.getByText('A domain is a host name alone.').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Use data.example.com' }).click();
    await page.getByRole('button', { name: 'Add domain' }).click();
    await page.getByRole('list', { name: 'Domains' }).getByText('data.example.com').waitFor();
    await console.shot('domains');
    expect(await console.overflows()).toEqual([]);
    await page.getByRole('button', { name: 'Remove data.example.com' }).click();
    await page.getByText('data.example.com is removed').waitFor();
  });
});
