import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { vegaFile } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;
const NOTE = 'line one\nline two, which is long enough to be cut in its cell';

inBrowser(`rows in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useSharedStack());
  let address: string;
  let notes: string;

  beforeAll(async () => {
    const { publisher } = console;
    const weather = await publisher.dataset('Weather by day');
    await publisher.version(weather.id, 'csv', await vegaFile('seattle-weather.csv'));
    const noted = await publisher.dataset('Notes by day');
    const rows = Array.from(
      { length: 300 },
      (_, i) => `${10n ** 18n + BigInt(i)},"${NOTE}","{""a"":[${i},{""b"":1.50}]}",`,
    );
    const types = JSON.stringify({ meta: 'json', none: 'text' });
    await publisher.version(noted.id, 'csv', `id,note,meta,none\n${rows.join('\n')}\n`, `?types=${types}`);
    [address, notes] = [`/datasets/${weather.id}`, `/datasets/${noted.id}`];
    await console.signIn(`/console${address}`);
  });

  const grid = () => console.page.getByRole('grid');
  const cell = (place: string) => console.page.locator(`[data-cell="${place}"]`);
  const heads = () =>
    grid()
      .getByRole('columnheader')
      .evaluateAll((cells) => cells.map((each) => each.getAttribute('aria-label')));
  const query = () => new URL(console.page.url()).searchParams.get('query');

  it('are what a dataset opens on, with what is in each field, and any part of it filters by a press', async () => {
    const { page } = console;
    await page.getByText('1,461 rows', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'weather is rain: 641 rows' }).waitFor();
    expect(await page.getByRole('group', { name: 'Profile of temp_max' }).textContent()).toContain('67 distinct');
    expect(await console.flaws()).toEqual([]);
    expect(await console.overflows()).toEqual([]);
    await page.getByRole('button', { name: 'weather is rain: 641 rows' }).click();
    await page.getByText('641 of 1,461 rows', { exact: true }).waitFor();
    await console.shot('dataset');
    const bar = page.getByRole('button', { name: /^wind from/ }).first();
    const name = (await bar.getAttribute('aria-label')) ?? '';
    await bar.click();
    const [, from, to] = /from (\S+) to (\S+):/.exec(name) ?? [];
    await page.getByRole('button', { name: `Edit filter: wind between ${from} and ${to}` }).waitFor();
    expect(query()).toBe(`weather=rain&wind__gte=${from}&wind__lte=${to}`);
    await page.getByText(/^\d+ of 1,461 rows$/).waitFor();
    expect(await console.flaws()).toEqual([]);
  });

  it('are filtered by chips and by the query alike: each is the other, and nothing that is written is lost', async () => {
    const { page } = console;
    await page.getByRole('button', { name: /^Remove filter: wind/ }).click();
    await page.getByRole('button', { name: 'Add filter' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /Field/ }).click();
    await page.getByRole('option', { name: /^temp_max/ }).click();
    await dialog.getByRole('button', { name: /Condition/ }).click();
    await page.getByRole('option', { name: /^at least/ }).click();
    await dialog.getByRole('textbox', { name: 'Value' }).fill('warm');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByText('write a number').waitFor();
    expect(await console.flaws()).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Value' }).fill('20');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit filter: temp_max at least 20' }).click();
    await dialog.getByRole('textbox', { name: 'Value' }).fill('25');
    await dialog.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('button', { name: 'Edit filter: temp_max at least 25' }).waitFor();
    expect(await page.getByLabel('Query').inputValue()).toBe('weather=rain&temp_max__gte=25');
    await page
      .getByLabel('Query')
      .fill('weather__in=sun&weather__in=fog&_filter={"_or":[{"wind":{"gt":5}},{"wind":{"lt":2}}]}');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('written by hand:').waitFor();
    await page.getByRole('button', { name: 'Remove filter: weather is one of sun, fog' }).click();
    await page.getByRole('button', { name: /^Edit filter/ }).waitFor({ state: 'detached' });
    expect(query()).toContain('_filter={"_or"');
    await page.getByRole('button', { name: 'Remove what is written by hand' }).click();
    await page.getByText('1,461 rows', { exact: true }).waitFor();
    expect(query()).toBeNull();
  });

  it('are gone through by keyboard alone: parts of a profile, cells, the whole value, and what is copied', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'weather is rain: 641 rows' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit filter: weather is sun' }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).press('Enter');
    await page.getByText('1,461 rows', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Column weather' }).focus();
    for (let presses = 0; presses < 8 && (await cell('0:0').and(page.locator(':focus')).count()) === 0; presses++) {
      await page.keyboard.press('Tab');
    }
    for (const key of [
      'ArrowRight',
      'ArrowDown',
      'ArrowDown',
      'PageDown',
      'PageDown',
      'PageDown',
      'PageDown',
      'ArrowUp',
    ]) {
      await page.keyboard.press(key);
    }
    await cell('41:1').and(page.locator(':focus')).waitFor();
    const value = (await cell('41:1').textContent()) ?? '';
    await page.keyboard.press('ControlOrMeta+c');
    await page.getByText('Copied', { exact: true }).first().waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(value);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'precipitation' }).getByText(value, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await cell('41:1').and(page.locator(':focus')).waitFor();
  });

  it('open as whole values: texts with their lines, JSON as a tree, numbers with every digit, and what is empty', async () => {
    const { page } = console;
    await console.goto(notes);
    await page.getByRole('button', { name: /^note is line one/ }).waitFor();
    await page.getByRole('button', { name: '100% empty: none has no value in 300 rows' }).waitFor();
    await cell('0:1').click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('region', { name: 'Value of note' }).textContent()).toBe(NOTE);
    expect(await console.flaws()).toEqual([]);
    await dialog.getByRole('button', { name: 'Copy row as JSON' }).click();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain('"id": 1000000000000000000');
    expect(copied).toContain('1.50');
    await page.keyboard.press('Escape');
    await cell('2:2').click();
    await dialog.getByRole('button', { name: /Fold/ }).first().waitFor();
    expect(await console.flaws()).toEqual([]);
    expect(await dialog.getByRole('button', { name: 'Filter by this value' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await cell('2:0').click();
    await dialog.getByRole('button', { name: 'Filter by this value' }).click();
    await page.getByText('1 of 300 rows', { exact: true }).waitFor();
    expect(query()).toBe('id=1000000000000000002');
  });

  it('stand in columns that are moved, hidden and made wider, which stays until it is reset', async () => {
    const { page } = console;
    await console.goto(address);
    const choose = async (column: string, action: string) => {
      await page.getByRole('button', { name: `Column ${column}` }).press('Enter');
      await page.getByRole('menuitem', { name: action, exact: true }).press('Enter');
    };
    const width = async (name: string) => (await grid().getByRole('columnheader', { name }).boundingBox())?.width ?? 0;
    await page.getByRole('button', { name: 'weather is rain: 641 rows' }).waitFor();
    const others = Array.from({ length: 60 }, (_, i) => [`ds_${i}`, { order: [], hidden: ['x'], widths: {} }]);
    await page.evaluate<void>(`localStorage.setItem('sluice.columns', ${JSON.stringify(JSON.stringify(others))})`);
    await choose('weather', 'Move left');
    expect(await page.evaluate<number>(`JSON.parse(localStorage.getItem('sluice.columns')).length`)).toBe(50);
    await choose('wind', 'Hide');
    await grid()
      .getByRole('columnheader', { name: 'date' })
      .dragTo(grid().getByRole('columnheader', { name: 'temp_min' }));
    expect(await heads()).toEqual(['precipitation', 'temp_max', 'temp_min', 'date', 'weather']);
    await choose('date', 'Wider');
    const before = await width('date');
    const box = await grid().getByRole('columnheader', { name: 'date' }).boundingBox();
    await page.mouse.move((box?.x ?? 0) + before - 3, (box?.y ?? 0) + 12);
    await page.mouse.down();
    await page.mouse.move((box?.x ?? 0) + before + 77, (box?.y ?? 0) + 12, { steps: 4 });
    await page.mouse.up();
    expect(Math.round((await width('date')) - before)).toBe(80);
    await page.reload();
    await page.getByRole('button', { name: 'Reset columns (1 hidden)' }).waitFor();
    expect(await heads()).toEqual(['precipitation', 'temp_max', 'temp_min', 'date', 'weather']);
    expect(await console.overflows()).toEqual([]);
    await choose('date', 'Sort descending');
    await grid().locator('[aria-sort=descending]').waitFor();
    await page.getByRole('button', { name: /^Reset columns/ }).click();
    expect(await heads()).toEqual(['date', 'precipitation', 'temp_max', 'temp_min', 'wind', 'weather']);
  });

  it('are shown also where nobody can tell what is in the fields now, which is asked again by a press', async () => {
    const { page } = console;
    const busy = {
      code: 'overloaded',
      title: 'Too much work at once',
      status: 503,
      detail: 'too many queries are waiting',
    };
    await page.route('**/profile?*', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', json: busy }),
    );
    await console.goto(address);
    await page.getByRole('alert').getByText('too many queries are waiting').waitFor();
    await grid().getByText('2012-01-01').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.unroute('**/profile?*');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('button', { name: 'weather is rain: 641 rows' }).waitFor();
  });

  it('that an API shows are chosen by chips, which tell how many stay', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Create custom API' }).click();
    await page.getByRole('button', { name: /^Advanced/ }).click();
    await page.getByRole('button', { name: 'Add filter' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /Field/ }).click();
    await page.getByRole('option', { name: /^weather/ }).click();
    await dialog.getByRole('textbox', { name: 'Value' }).fill('snow');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByText('26 of 1,461 rows stay').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(JSON.parse(await page.getByRole('textbox', { name: 'Row filter' }).inputValue())).toEqual({
      weather: { eq: 'snow' },
    });
    expect(await console.flaws()).toEqual([]);
    await page.getByText('26 of 1,461 rows stay').scrollIntoViewIfNeeded();
    await console.shot('api-row-filter');
    await page.getByRole('textbox', { name: 'Row filter' }).fill('{"wether": "snow"}');
    await page.getByText(/did you mean weather/).waitFor();
    await page.getByText('written by hand:').waitFor();
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
