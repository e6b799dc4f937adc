import { chromiumPath } from '../support/chromium';
import { useConsole } from '../support/console-page';
import { connectByOAuth, Memory } from '../support/oauth-agent';
import { RecordingServer } from '../support/recording-server';
import { useStack } from '../support/use-stack';

const inBrowser = chromiumPath ? describe : describe.skip;

inBrowser(`connecting an agent by OAuth${chromiumPath ? '' : ' (skipped: no Chromium on the PATH)'}`, () => {
  const console = useConsole(useStack());
  const application = new RecordingServer();
  let open: Awaited<ReturnType<typeof console.publisher.publish>>;

  beforeAll(async () => {
    open = await console.publisher.publish('Orders', 'csv', 'id,region\n1,EU\n2,US\n');
    const other = await console.publisher.publish('Prices', 'csv', 'id\n1\n');
    await console.publisher.assign(other.api.id, open.tokenId);
    await application.start();
  });
  afterAll(() => application.stop());

  /** Opens the page that the official client sends somebody to, does what they do, and gives what comes back. */
  const connect = (act: () => Promise<void>) =>
    connectByOAuth(console.stack.url, new Memory(`${application.url}/callback`), async (address) => {
      await console.page.goto(address.href);
      await console.page.getByText('Test agent').waitFor();
      const back = console.page.waitForRequest((request) => request.url().startsWith(application.url));
      await act();
      const { searchParams } = new URL((await back).url());
      await console.page.waitForURL(`${application.url}/**`);
      return searchParams;
    });
  const datasets = async (client: Awaited<ReturnType<typeof connect>>) => {
    const { structuredContent } = await client.callTool({ name: 'search_datasets', arguments: {} });
    return (structuredContent as { datasets: { dataset: string }[] }).datasets.map(({ dataset }) => dataset);
  };

  it('shows who asks, takes a pasted token, and lets the agent read what was chosen', async () => {
    const { page } = console;
    const client = await connect(async () => {
      await page.getByText('127.0.0.1', { exact: true }).waitFor();
      expect(await console.flaws()).toEqual([]);
      await console.shot('connect');
      await console.shotAt(360, 'connect-narrow');
      const field = page.getByLabel('Access token', { exact: false }).last();
      await field.fill(`${open.secret.slice(0, -1)}!`);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('this is no access token that is good now').waitFor();
      await field.fill(open.secret);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('switch', { name: 'Prices' }).waitFor();
      await page.getByText('Prices', { exact: true }).click();
      expect(await console.flaws()).toEqual([]);
      await console.shot('connect-apis');
      await page.getByRole('button', { name: 'Allow' }).click();
    });
    expect(await datasets(client)).toEqual(['orders']);
  });

  it('lets an editor who signs in there choose a token, whose page lists the agent and ends it', async () => {
    const { page } = console;
    const client = await connect(async () => {
      await page.getByRole('tab', { name: 'Admin', exact: true }).click();
      await page.getByRole('tab', { name: 'Admin key' }).click();
      await page.getByLabel('Admin key').last().fill(console.stack.adminKey);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('combobox', { name: 'Token' }).fill('Orders');
      await page.getByRole('option', { name: /Orders/ }).click();
      expect(await console.flaws()).toEqual([]);
      await console.shot('connect-admin');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('button', { name: 'Allow' }).click();
    });
    expect(await datasets(client)).toEqual(['orders', 'prices']);
    await console.goto(`/tokens/${open.tokenId}`);
    await page.getByRole('heading', { name: 'Connected agents' }).waitFor();
    expect(await page.getByRole('row', { name: /Test agent.*Orders, Prices/ }).count()).toBe(1);
    expect(await console.flaws()).toEqual([]);
    await console.shot('token-connected');
    await page
      .getByRole('row', { name: /Prices/ })
      .getByRole('button', { name: 'End Test agent' })
      .click();
    await page.getByRole('button', { name: 'End agent' }).click();
    await page.getByText('The agent is ended').waitFor();
    await expect(datasets(client)).rejects.toThrow();
  });

  it('tells an agent that somebody said no', async () => {
    const given = await connect(() => console.page.getByRole('button', { name: 'Deny' }).click()).then(
      () => null,
      (error: unknown) => String(error),
    );
    expect(given).toContain('the person said no');
  });

  it('says so where the question was answered, and where an application is not known', async () => {
    const { page } = console;
    await page.goto(`${console.stack.url}/console/connect/never-asked`);
    await page.getByText('The request of the application has ended').waitFor();
    expect(await console.flaws()).toEqual([]);
    const { stack } = console;
    await page.goto(
      `${stack.url}/oauth/authorize?client_id=nobody&redirect_uri=https://example.com/&response_type=code`,
    );
    await page.getByRole('heading', { name: 'The application could not be connected' }).waitFor();
    expect(await console.flaws()).toEqual([]);
    expect(console.complaints).toEqual([]);
  });
});
