import { connectAgent } from '../support/agent';
import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const FILE = `id\n${Array.from({ length: 100 }, (_, index) => index).join('\n')}\n`;

describe('the token of an agent', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  const agent = (secret: string) => connectAgent(stack.url, secret);

  it('shows the active APIs with GET that are assigned to it, and no other', async () => {
    const hidden = await publisher.publish('Agent hidden', 'csv', 'id\n1\n');
    const { api } = await publisher.publish('Agent seen', 'csv', 'id\n1\n');
    const { token, secret } = await publisher.token('Agent sees');
    const dataset = { datasetId: hidden.api.datasetId };
    const sender = await publisher.api({ name: 'Agent sends', ...dataset, method: 'POST', active: true });
    const idle = await publisher.api({ name: 'Agent idle', ...dataset, active: false });
    for (const id of [api.id, sender.id, idle.id]) await publisher.assign(id, token.id);
    const { call } = await agent(secret);
    const names = async () =>
      ((await call('search_datasets')).structured.datasets as { dataset: string }[]).map(({ dataset }) => dataset);
    await waitFor('the API', async () => (await names()).length > 0);
    expect(await names()).toEqual(['agent-seen']);
    for (const name of ['agent-hidden', 'agent-sends', 'agent-idle', 'agent-nowhere'])
      for (const tool of ['describe_dataset', 'query_dataset'])
        expect(JSON.parse((await call(tool, { dataset: name })).text)).toMatchObject({
          code: 'api_not_found',
          status: 404,
        });
  });

  it('opens nothing within a second of its revocation, and neither do addresses of files', async () => {
    const open = await publisher.publish('Agent revoked', 'csv', 'id\n1\n2\n3\n');
    const { call } = await agent(open.secret);
    const { links } = await call('query_dataset', { dataset: 'agent-revoked', limit: 1 });
    const uri = String(links[0]?.uri);
    expect((await fetch(uri)).status).toBe(200);
    expect((await publisher.call('POST', `/tokens/${open.tokenId}/revoke`)).status).toBeLessThan(300);
    const isRefused = () =>
      call('search_datasets').then(
        () => false,
        () => true,
      );
    await waitFor('the end', isRefused, 1_000);
    expect((await fetch(uri)).status).toBe(401);
  });

  it('limits what an agent may ask, and is charged for rows', async () => {
    const orders = await publisher.publish('Agent limits', 'csv', FILE);
    const { token, secret } = await publisher.token('Agent quota', { limits: { rowsPerDay: 30 } });
    await publisher.assign(orders.api.id, token.id);
    const { call } = await agent(secret);
    const ask = (limit: number) => call('query_dataset', { dataset: 'agent-limits', limit });
    await waitFor('the rows', async () => !(await ask(20)).isError);
    expect(await call('query_dataset', { dataset: 'agent-limits', estimate: true })).toMatchObject({ isError: false });
    const refused = await ask(20);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'quota_exceeded', status: 429 });
    expect(await ask(10)).toMatchObject({ isError: false });
    await expect(ask(1)).rejects.toThrow('quota_exceeded');
  });

  it('is seen by admins in use by an agent, with API, rows and refusals', async () => {
    const { api, secret, tokenId } = await publisher.publish('Agent watched', 'csv', 'id\n1\n2\n');
    const stop = new AbortController();
    const live = await fetch(`${stack.url}/manage/v1/usage/live?apiId=${api.id}`, {
      headers: { authorization: `Bearer ${stack.adminKey}` },
      signal: stop.signal,
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of live.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    const { call } = await agent(secret);
    const seen = () => [...text.matchAll(/\{.*\}/g)].map(([line]) => JSON.parse(line));
    await waitFor('both requests', async () => {
      await call('query_dataset', { dataset: 'agent-watched' });
      await call('query_dataset', { dataset: 'agent-watched', limit: 5_000 });
      return new Set(seen().map(({ status }) => status)).size === 2;
    });
    const ours = { apiId: api.id, tokenId, method: 'POST', client: 'mcp' };
    expect(seen()).toContainEqual(expect.objectContaining({ ...ours, status: 200, rows: 2 }));
    expect(seen()).toContainEqual(expect.objectContaining({ ...ours, status: 400, rows: 0 }));
    stop.abort();
    await reading;
  });
});
