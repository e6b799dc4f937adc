import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { useStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`signing in to the console${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());

  it('leads from the root of the server to the page that was asked for, by admin key', async () => {
    const { page, stack } = console;
    await page.goto(stack.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    await console.shot('sign-in');
    await console.signIn('/console/apis');
    await page.getByRole('heading', { name: 'Output APIs' }).waitFor();
    await page.getByText('No API yet').waitFor();
    expect(page.url()).toBe(`${stack.url}/console/apis`);
    expect(await console.flaws()).toEqual([]);
    await console.shot('apis-empty');
  });

  it('needs no script of its own in the page, no other host, and makes the browser complain of nothing', () => {
    expect({ complaints: console.complaints, foreign: console.foreign }).toEqual({ complaints: [], foreign: [] });
  });
});
