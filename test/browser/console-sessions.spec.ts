import { readFile } from 'node:fs/promises';
import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { ConsoleSession, member, PASSWORD } from '../support/console-session';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const inBrowser = chromiumPath ? describe : describe.skip;

/** What changes something that is not one's own, by its label. */
const CHANGES =
  /^(New dataset|Publish|Create\b|Import|Generate|Assign|Edit|Add(?! filter)|Invite|Test API|Send|Make|Settings)/;

inBrowser(`people in the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const stack = useStack();
  const console = useConsole(stack);

  it('set up the first account by the one-time link, and are signed in with it', async () => {
    const { page, publisher } = console;
    const { secret } = (await publisher.call('POST', '/admins/setup-link')).json as { secret: string };
    await page.goto(`${stack.url}/console/setup#${secret}`);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('at least 12 characters', { exact: true }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('setup');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    await page.getByText('Ada Lovelace').waitFor();
  });

  it('invite others by a link, and make keys for their scripts', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('Name').fill('Grace Hopper');
    await page.getByLabel('Email').fill('grace@example.com');
    await page.getByRole('button', { name: 'Make the link' }).click();
    expect(await page.getByRole('textbox', { name: 'Link' }).inputValue()).toContain('/console/setup#');
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('row', { name: /Grace Hopper.*Editor.*invited/ }).waitFor();
    await page.getByRole('button', { name: 'New admin key' }).click();
    await page.getByLabel('Name').fill('Nightly import');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    expect(await page.getByRole('textbox', { name: 'Admin key' }).inputValue()).toMatch(/^sla_/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('row', { name: /Nightly import.*active/ }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('users');
  });

  it('see who did what, narrow it down, open what was changed, and take it with them', async () => {
    const { page } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Activity' }).click();
    await page.getByRole('button', { name: /Ada Lovelace invited Grace Hopper/ }).click();
    await page.getByRole('row', { name: /role.*editor/ }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('activity');
    await page.getByRole('button', { name: /About/ }).first().click();
    await page.getByRole('option', { name: 'Admin keys' }).click();
    await page.getByRole('button', { name: /made the admin key Nightly import/ }).waitFor();
    await page.getByRole('button', { name: /invited Grace Hopper/ }).waitFor({ state: 'detached' });
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as NDJSON' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).resource.type)).toEqual(lines.map(() => 'admin-key'));
    await page.getByRole('textbox', { name: 'To' }).fill('2020-01-01');
    await page.getByText('Nothing fits').waitFor();
  });

  it('who forgot their password get another one by a link that an owner makes', async () => {
    const { page } = console;
    const owner = await ConsoleSession.signIn(stack.url, { email: 'ada@example.com', password: PASSWORD });
    await member(owner, 'editor', 'Edsger');
    // Loaded anew: he was added behind the console's back.
    await console.goto('/users');
    await page.getByRole('button', { name: 'Actions for Edsger' }).click();
    await page.getByRole('menuitem', { name: 'New password by link' }).click();
    await page.getByText('Until then the old one works').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('password-link-question');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    expect(link).toContain('/console/reset#sli_');
    expect(await console.flaws()).toEqual([]);
    await console.shot('password-link');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const other = await console.context.browser()?.newContext();
    if (!other) throw new Error('no second browser');
    const guest = await other.newPage();
    await guest.goto(link);
    await guest.getByLabel('Email').fill('edsger@example.com');
    await guest.getByLabel('New password').fill('short');
    await guest.getByRole('button', { name: 'Set the password' }).click();
    await guest.getByText('at least 12 characters', { exact: true }).waitFor();
    await guest.getByLabel('New password').fill(`${PASSWORD} at last`);
    await guest.getByRole('button', { name: 'Set the password' }).click();
    await guest.getByRole('heading', { name: 'Datasets' }).waitFor();
    await other.close();
    await page.goto(link);
    await page.getByLabel('Email').fill('edsger@example.com');
    await page.getByLabel('New password').fill(`${PASSWORD} once more`);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('The link is no longer valid').waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('reset');
    await console.goto('/datasets');
    await page.getByText('Ada Lovelace').waitFor();
  });

  it('go on where they were when a session ends: what was typed is saved after they signed in again', async () => {
    const { page, context } = console;
    await page.getByRole('link', { name: 'Datasets' }).click();
    await page.getByRole('button', { name: 'New dataset' }).first().click();
    await page.getByLabel('Name').fill('Half-written orders');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Create and import' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('session-ended');
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Drop a file here').waitFor();
    await page.getByRole('link', { name: 'Half-written orders' }).waitFor();
  });

  it('are told when the server is away, and go on without a reload once it is back', async () => {
    const { page } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Datasets' }).click();
    await page.getByText('Half-written orders').waitFor();
    await stack.stopPart('gateway-1');
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByText('The server cannot be reached. What you see').waitFor();
    await console.shot('away');
    await page.getByRole('navigation').getByRole('link', { name: 'Datasets' }).click();
    await page.getByText('Half-written orders').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Requests' }).click();
    await page.getByRole('button', { name: 'New dataset' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Never sent');
    await page.getByRole('button', { name: 'Create and import' }).click();
    await page.getByRole('alert').getByText('Try again once it is back.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    const lit = page.getByRole('navigation').locator('[aria-current=page]');
    expect([await lit.textContent(), await page.locator('h1').textContent()]).toEqual(['Datasets', 'Datasets']);
    await stack.restart('gateway-1');
    await page.getByRole('heading', { level: 1, name: 'Requests' }).waitFor({ timeout: 30_000 });
    expect(await lit.textContent()).toBe('Requests');
    await page.getByRole('navigation').getByRole('link', { name: 'Tokens' }).click();
    await page.getByText('No token yet').waitFor({ timeout: 30_000 });
    await page.getByText('The server cannot be reached. What you see').waitFor({ state: 'detached' });
  });

  it('are told when a part of the server is away, for as long as it is, and see its answer once it is back', async () => {
    const { page } = console;
    const told = page.getByText('A part of Sluice does not answer');
    await stack.stopPart('registry-1');
    await page.getByRole('navigation').getByRole('link', { name: 'Output APIs' }).click();
    await told.waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Try again' }).first().waitFor({ timeout: 20_000 });
    expect(await console.flaws()).toEqual([]);
    await console.shot('part-away');
    // The other parts answer, which says nothing of this one.
    await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
    await page.getByRole('row', { name: /Grace Hopper/ }).waitFor();
    expect(await told.isVisible()).toBe(true);
    await page.getByRole('navigation').getByRole('link', { name: 'Output APIs' }).click();
    await stack.restart('registry-1');
    await page.getByText('No API yet').waitFor({ timeout: 30_000 });
    await told.waitFor({ state: 'detached', timeout: 30_000 });
  }, 90_000);

  it('use it by keyboard alone, on a narrow screen, and in the dark', async () => {
    const { page } = console;
    await page.getByRole('navigation').getByRole('link', { name: 'Datasets' }).click();
    await page.getByText('Half-written orders').waitFor();
    await page.keyboard.press('Tab');
    await page.reload();
    await page.getByText('Half-written orders').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('New dataset');
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    // Who wants less motion gets the other colours at once, and all of them.
    expect(
      await page.evaluate<number>('getComputedStyle(document.body).color && document.getAnimations().length'),
    ).toBe(0);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
    await page.getByRole('radio', { name: 'Dark' }).click();
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await waitFor('the dark theme', async () => (await background()) === 'rgb(14, 16, 20)');
    await console.shot('dark');
    await console.shotAt(360, 'narrow');
  });

  it('change their password, and keep their keys in a place of their own', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Your profile' }).click();
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('at least 12 characters', { exact: true }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByLabel('New password').fill(`${PASSWORD} again`);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password is changed').waitFor();
    await page.getByRole('button', { name: 'Revoke Nightly import' }).click();
    await page.getByText('Every script that uses it is refused at once').waitFor();
    expect(await console.flaws()).toEqual([]);
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByRole('row', { name: /Nightly import.*revoked/ }).waitFor();
  });

  it('are not offered what a viewer may not do', async () => {
    const { page, context, publisher } = console;
    const owner = await ConsoleSession.signIn(stack.url, {
      email: 'ada@example.com',
      password: `${PASSWORD} again`,
    });
    const dataset = (await publisher.call('GET', '/datasets')).json as { data: { id: string }[] };
    await publisher.version(dataset.data[0]?.id ?? '', 'csv', 'id\n1\n');
    const api = await publisher.api({ name: 'Watched', datasetId: dataset.data[0]?.id ?? '', active: true });
    const { browser } = await member(owner, 'viewer', 'Vera');
    const own = await context.cookies();
    const [name = '', value = ''] = browser.cookie.split('=');
    await context.clearCookies();
    await context.addCookies([{ name, value, url: stack.url }]);
    for (const place of [
      '/datasets',
      ...['', '/versions', '/fields', '/usage'].map((tab) => `/datasets/${dataset.data[0]?.id}${tab}`),
      '/apis',
      ...['', '/test', '/code', '/usage', '/live'].map((tab) => `/apis/${api.id}${tab}`),
      '/domains',
      '/tokens',
      '/users',
    ]) {
      await console.goto(place);
      await page.getByText('Vera').first().waitFor();
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      const loading = page.getByRole('status', { name: 'Loading' });
      await waitFor('everything to be loaded', async () => (await loading.count()) === 0);
      const offered = await page
        .getByRole('main')
        .getByRole('button')
        .or(page.getByRole('main').getByRole('link'))
        .allTextContents();
      expect(offered.filter((text) => CHANGES.test(text))).toEqual([]);
    }
    for (const place of ['/publish', '/apis/new', `/apis/${api.id}/edit`, `/datasets/${dataset.data[0]?.id}/import`]) {
      await console.goto(place);
      await page.getByRole('heading', { name: 'Only editors and owners can change this' }).waitFor();
      expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0);
    }
    expect(await console.flaws()).toEqual([]);
    await console.goto('/apis');
    expect(await page.getByRole('switch', { name: /Watched/ }).isDisabled()).toBe(true);
    expect(await console.flaws()).toEqual([]);
    await context.clearCookies();
    await context.addCookies(own);
    await console.goto('/datasets');
    await page.getByText('Ada Lovelace').waitFor();
  });

  it('sign out, and nothing of theirs is left on the page', async () => {
    const { page } = console;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await console.goto('/datasets');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('Half-written orders').count()).toBe(0);
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
