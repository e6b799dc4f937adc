import { Link } from '@sluice/contracts/gateway/links';
import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('a link that a publisher makes', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Handed out', 'csv', 'id,city\n1,Oslo\n2,Rome\n3,Oslo\n');
  });

  const make = (body: unknown, apiId = open.api.id) => publisher.call('POST', `/apis/${apiId}/links`, body);

  /** A token that is assigned to the API, and good there. */
  async function assigned(name: string) {
    const { token, secret } = await publisher.token(name);
    await publisher.assign(open.api.id, token.id);
    await waitFor('the assignment', async () => (await read(stack.url, open.api.path, secret)).status === 200);
    return { token, secret };
  }

  it('gives the rows of its query in the name of an assigned token, and dies with that token', async () => {
    const { token } = await assigned('Handed-out reader');
    const asked = { format: 'csv', query: 'city=Oslo&_select=id', expiresIn: 3_600, tokenId: token.id };
    const answer = await make(asked);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { url, expiresAt } = Link.parse(answer.json);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect((await (await fetch(url)).text()).split(/\r?\n/).filter(Boolean)).toEqual(['id', '1', '3']);
    await publisher.call('POST', `/tokens/${token.id}/revoke`);
    await waitFor('the refusal', async () => (await fetch(url)).status === 401, 1_000);
  });

  it('is in the audit log with its maker, without its address and without a hash', async () => {
    const answer = await make({});
    const { url, expiresAt } = Link.parse(answer.json);
    expect(url).toMatch(/\.parquet$/);
    const { json, text } = await publisher.call('GET', `/audit?resource=${open.tokenId}&_limit=1`);
    const link = { apiId: open.api.id, format: 'parquet', expiresAt };
    expect(json).toMatchObject({ data: [{ action: 'token.updated', before: {}, after: { link } }] });
    expect((json as { data: { requestId: string }[] }).data[0]?.requestId).toBe(answer.headers.get('x-request-id'));
    expect(text).not.toMatch(/[0-9a-f]{64}|\/links\//);
  });

  it('is refused at its place before anything is recorded', async () => {
    const disabled = await assigned('Switched-off reader');
    const { headers } = await publisher.call('GET', `/tokens/${disabled.token.id}`);
    const revision = { 'if-match': headers.get('etag') ?? '' };
    await publisher.call('PATCH', `/tokens/${disabled.token.id}`, { disabled: true }, revision);
    const { token: stranger } = await publisher.token('Not assigned here');
    const cases: [object, number, object][] = [
      [{ tokenId: disabled.token.id }, 422, { pointer: '/tokenId', code: 'token_not_active' }],
      [{ tokenId: stranger.id }, 422, { pointer: '/tokenId', code: 'token_not_assigned' }],
      [{ expiresIn: 86_401 }, 422, { pointer: '/expiresIn' }],
      [{ format: 'xml' }, 422, { pointer: '/format' }],
      [{ query: 'town=Oslo' }, 400, { name: 'town' }],
      [{ query: '_limit=3' }, 400, { name: '_limit' }],
    ];
    for (const [body, status, fault] of cases) {
      const { json } = await make(body);
      expect(json).toMatchObject({ status, errors: [fault] });
    }
    for (const { id } of [disabled.token, stranger]) {
      const { text } = await publisher.call('GET', `/audit?resource=${id}`);
      expect(text).not.toContain('"link"');
    }
  });

  it('needs an API that is switched on, gives rows and has a token', async () => {
    const { datasetId } = open.api;
    const other = (more: object) => publisher.api({ name: 'Other', datasetId, active: true, ...more });
    const sending = await other({ name: 'Only sends', method: 'POST' });
    const lonely = await other({ name: 'Without a token' });
    const off = await other({ name: 'Switched off', active: false });
    const paged = await other({ name: 'Only pages', export: false });
    for (const { id } of [sending, off, paged]) await publisher.assign(id, open.tokenId);
    const empty = await publisher.dataset('Without rows');
    const early = await publisher.api({ name: 'Too early', datasetId: empty.id });
    const cases = [
      [early, 'dataset_empty'],
      [sending, 'invalid_request'],
      [lonely, 'no_assigned_token'],
      [off, 'invalid_request'],
      [paged, 'invalid_request'],
    ] as const;
    for (const [{ id }, code] of cases) {
      await waitFor(`the refusal ${code}`, async () => ((await make({}, id)).json as { code?: string }).code === code);
    }
  });
});
