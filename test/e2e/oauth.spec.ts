import type { Agent } from '@sluice/contracts/tokens/agents';
import { connectByOAuth, Memory, pasteSecret } from '../support/oauth-agent';
import { askForToken } from '../support/oauth-browser';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const SOON_MS = 1_000;

describe('agents that connect by OAuth, over two gateways and two replicas of tokens', () => {
  const stack = useStack({ gateways: 2, tokens: 2 });
  const publisher = new Publisher(stack);
  const json = async (path: string) => (await fetch(stack.url + path)).json();
  const ask = (gateway: string, secret = '') =>
    fetch(`${gateway}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(secret && { authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'search_datasets', arguments: {} },
      }),
    });
  const statuses = (secret: string) =>
    Promise.all(stack.gateways.map(async (each) => (await ask(each, secret)).status));
  const refused = (secret: string) =>
    waitFor('401 everywhere', async () => (await statuses(secret)).every((status) => status === 401), SOON_MS);
  const refresh = async (memory: Memory) =>
    await askForToken(stack.url, {
      grant_type: 'refresh_token',
      client_id: memory.clientInformation()?.client_id ?? '',
      refresh_token: memory.saved?.refresh_token ?? '',
    });
  /** An agent that somebody who has the secret let read the first of two APIs of a token. */
  const connect = async (name: string) => {
    const open = await publisher.publish(name, 'csv', 'id\n1\n2\n');
    const other = await publisher.publish(`${name} too`, 'csv', 'id\n1\n');
    await publisher.assign(other.api.id, open.tokenId);
    const memory = new Memory();
    await waitFor('the APIs', async () => (await read(stack.url, other.api.path, open.secret)).status === 200);
    const client = await connectByOAuth(stack.url, memory, (address) =>
      pasteSecret(address, open.secret, [open.api.id]),
    );
    return { ...open, other, memory, client };
  };

  it('learn from a 401 where tokens are issued, by metadata of RFC 9728 and RFC 8414', async () => {
    const { status, headers } = await ask(stack.url);
    expect(status).toBe(401);
    const address = `${stack.url}/.well-known/oauth-protected-resource/mcp`;
    expect(headers.get('www-authenticate')).toBe(`Bearer realm="sluice", resource_metadata="${address}", scope="mcp"`);
    const resource = {
      resource: `${stack.url}/mcp`,
      resource_name: 'Sluice',
      authorization_servers: [stack.url],
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
    };
    for (const path of ['', '/mcp'])
      expect(await json(`/.well-known/oauth-protected-resource${path}`)).toEqual(resource);
    expect(await json('/.well-known/oauth-authorization-server')).toEqual({
      issuer: stack.url,
      authorization_endpoint: `${stack.url}/oauth/authorize`,
      token_endpoint: `${stack.url}/oauth/token`,
      registration_endpoint: `${stack.url}/oauth/register`,
      revocation_endpoint: `${stack.url}/oauth/revoke`,
      jwks_uri: `${stack.url}/oauth/jwks`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['mcp'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    });
  });

  it('read the APIs that were chosen and no other, by the official client', async () => {
    const { client, memory, api, other } = await connect('OAuth orders');
    const found = await client.callTool({ name: 'search_datasets', arguments: {} });
    expect(found.structuredContent).toMatchObject({ datasets: [{ dataset: 'oauth-orders' }], total: 1 });
    const rows = await client.callTool({ name: 'query_dataset', arguments: { dataset: 'oauth-orders' } });
    expect(rows.structuredContent).toMatchObject({ rows: [{ id: 1 }, { id: 2 }] });
    const beyond = await client.callTool({ name: 'query_dataset', arguments: { dataset: 'oauth-orders-too' } });
    expect(beyond.isError).toBe(true);
    const secret = memory.saved?.access_token ?? '';
    expect(memory.saved).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: 'mcp' });
    expect(secret).toMatch(/^slo_[0-9A-Za-z]{49}$/);
    expect(await statuses(secret)).toEqual([200, 200]);
    for (const { path } of [api, other.api]) expect((await read(stack.url, path, secret)).status).toBe(401);
  });

  it('are refused everywhere within a second of the end of their token', async () => {
    const { memory, tokenId } = await connect('OAuth revoked');
    const secret = memory.saved?.access_token ?? '';
    expect(await statuses(secret)).toEqual([200, 200]);
    expect((await publisher.call('POST', `/tokens/${tokenId}/revoke`)).status).toBe(200);
    await refused(secret);
    expect((await refresh(memory)).status).toBe(400);
  });

  it('refresh by the official client, and are refused everywhere within a second of their own end', async () => {
    const { memory, tokenId, secret: parent, api } = await connect('OAuth ended');
    const first = memory.saved;
    memory.saved = first && { ...first, access_token: 'slo_expired' };
    const client = await connectByOAuth(stack.url, memory, () => Promise.reject(new Error('nobody is asked again')));
    await client.callTool({ name: 'search_datasets', arguments: {} });
    expect(memory.saved?.refresh_token).not.toBe(first?.refresh_token);
    const secret = memory.saved?.access_token ?? '';
    const { data } = (await publisher.call('GET', `/tokens/${tokenId}/agents`)).json as { data: Agent[] };
    expect(data.map(({ client: { name, redirectHost }, apiIds }) => ({ name, redirectHost, apiIds }))).toEqual([
      { name: 'Test agent', redirectHost: '127.0.0.1', apiIds: [api.id] },
    ]);
    expect(data[0]?.madeBy).toMatchObject({ kind: 'token', id: tokenId });
    expect(data[0]?.lastUsedAt).not.toBeNull();
    expect((await publisher.call('DELETE', `/tokens/${tokenId}/agents/${data[0]?.id}`)).status).toBe(204);
    await refused(secret);
    await refused(first?.access_token ?? '');
    expect((await refresh(memory)).status).toBe(400);
    expect((await read(stack.url, api.path, parent)).status).toBe(200);
    const log = (await publisher.call('GET', `/audit?resource=${tokenId}&action=token.updated`)).json as {
      data: { before: object; after: object }[];
    };
    const entries = log.data.map(({ before, after }) => ['agent' in before, 'agent' in after]);
    expect(entries).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('send rows where somebody chose an API to which agents may send, and nowhere else', async () => {
    const { api, tokenId, secret: parent } = await publisher.publish('OAuth kept', 'csv', 'id,city\n1,Oslo\n');
    const taking = { datasetId: api.datasetId, method: 'POST', active: true, agents: { send: true } } as const;
    const chosen = await publisher.api({ name: 'OAuth chosen', ...taking });
    const other = await publisher.api({ name: 'OAuth not chosen', ...taking });
    for (const { id } of [chosen, other]) await publisher.assign(id, tokenId);
    await waitFor('the API', async () => (await read(stack.url, api.path, parent)).status === 200);
    const client = await waitFor('the agent', () =>
      connectByOAuth(stack.url, new Memory(), (address) => pasteSecret(address, parent, [chosen.id])),
    );
    const send = (dataset: string) =>
      client.callTool({ name: 'send_rows', arguments: { dataset, rows: [{ id: 2, city: 'Rome' }] } });
    expect(await send(chosen.slug)).not.toMatchObject({ isError: true });
    for (const { slug } of [other, api]) expect(await send(slug)).toMatchObject({ isError: true });
  });

  it('end with the secret that they stand on, when its grace is over', async () => {
    const { memory, tokenId } = await connect('OAuth rotated');
    const secret = memory.saved?.access_token ?? '';
    expect((await publisher.call('POST', `/tokens/${tokenId}/rotate`, { graceSeconds: 600 })).status).toBe(201);
    expect(await statuses(secret)).toEqual([200, 200]);
    expect((await publisher.call('POST', `/tokens/${tokenId}/rotate`, { graceSeconds: 0 })).status).toBe(201);
    await refused(secret);
  });

  it('get addresses of whole results that are good as long as their access token', async () => {
    const { client, memory, tokenId } = await connect('OAuth files');
    const { structuredContent } = await client.callTool({
      name: 'query_dataset',
      arguments: { dataset: 'oauth-files', limit: 1 },
    });
    const { url, expiresAt } = (structuredContent as { download: { url: string; expiresAt: string } }).download;
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(600_000);
    expect((await fetch(url)).status).toBe(200);
    const { data } = (await publisher.call('GET', `/tokens/${tokenId}/agents`)).json as { data: Agent[] };
    await publisher.call('DELETE', `/tokens/${tokenId}/agents/${data[0]?.id}`);
    await refused(memory.saved?.access_token ?? '');
    expect((await fetch(url)).status).toBe(401);
  });
});
