import { Link } from '@sluice/contracts/gateway/links';
import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const SOON_MS = 1_000;

describe('links on two gateways', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Living rows', 'csv', 'id,city\n1,Oslo\n');
  });

  const setLinks = async (links: object | null) => {
    const { headers } = await publisher.call('GET', `/apis/${open.api.id}`);
    const revision = { 'if-match': headers.get('etag') ?? '' };
    const { status, text } = await publisher.call('PATCH', `/apis/${open.api.id}`, { links }, revision);
    if (status !== 200) throw new Error(text);
  };
  const ask = (body: unknown, path = open.api.path) =>
    fetch(`${stack.url}/api/${path}/_links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${open.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** Asks until this gateway knows the setting that allows it. */
  const link = (body: object, path = open.api.path): Promise<Link> =>
    waitFor('the link', async () => {
      const answer = await ask({ format: 'csv', ...body }, path);
      return answer.status === 201 && Link.parse(await answer.json());
    });
  /** What each gateway answers to the address. */
  const answers = ({ url }: Link) =>
    Promise.all(
      stack.gateways.map(async (gateway) => {
        const answer = await fetch(url.replace(stack.url, gateway));
        return { status: answer.status, text: await answer.text() };
      }),
    );
  const everywhere = (what: string, made: Link, holds: (answer: { status: number; text: string }) => boolean) =>
    waitFor(what, async () => (await answers(made)).every(holds), SOON_MS);
  const isGood = ({ status }: { status: number }) => status === 200;
  const isEnded = ({ status, text }: { status: number; text: string }) => status === 410 && text.includes('link_ended');
  const listed = async (place: string) => {
    const { json, text } = await publisher.call('GET', `/${place}/links`);
    return { data: (json as { data: { id: string }[] }).data, text };
  };

  it('to the latest rows follow what is published and sent, under a name without a version', async () => {
    await setLinks({ latestDays: 30 });
    const { url, ...made } = await link({ latest: true });
    expect(url).toMatch(/\/rows\.csv$/);
    expect(Math.abs(Date.parse(made.expiresAt) - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
    const pinned = await link({});
    await publisher.version(open.api.datasetId, 'csv', 'id,city\n2,Rome\n');
    const latest = { url, ...made };
    await waitFor('the version', async () => (await answers(latest)).every(({ text }) => text.includes('2,Rome')));
    const { datasetId } = open.api;
    const sending = await publisher.api({ name: 'Takes living rows', datasetId, method: 'POST', active: true });
    await publisher.assign(sending.id, open.tokenId);
    await waitFor('the send', async () => {
      const sent = await fetch(`${stack.url}/api/${sending.path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${open.secret}`, 'content-type': 'application/json' },
        body: '[{"id":3,"city":"Bern"}]',
      });
      return sent.status === 201;
    });
    await waitFor('the sent row', async () => (await answers(latest)).every(({ text }) => text.includes('3,Bern')));
    for (const { text } of await answers(pinned)) expect(text.trim()).toMatch(/^id,city\r?\n1,Oslo$/);
  });

  it('to the latest rows end within a second on every gateway where their publisher no longer allows them', async () => {
    await setLinks({ latestDays: 1 });
    const [latest, pinned] = [await link({ latest: true }), await link({})];
    await everywhere('the link', latest, isGood);
    await setLinks({ latestDays: null });
    await everywhere('the end', latest, isEnded);
    await everywhere('the other one', pinned, isGood);
  });

  it('live no longer than their publisher allows, and not without a reason', async () => {
    await setLinks({ maxSeconds: 60, latestDays: 2 });
    await link({ latest: true, expiresIn: 2 * 86_400 });
    const cases: [object, object][] = [
      [{ expiresIn: 61 }, { pointer: '/expiresIn', code: 'too_large', max: 60 }],
      [
        { latest: true, expiresIn: 2 * 86_400 + 1 },
        { pointer: '/expiresIn', code: 'too_large', max: 172_800 },
      ],
      [{ expiresIn: 90 * 86_400 + 1 }, { pointer: '/expiresIn' }],
      [
        { latest: true, query: '_at=1' },
        { pointer: '/query', code: 'not_allowed' },
      ],
    ];
    for (const [body, fault] of cases) {
      expect(await (await ask(body)).json()).toMatchObject({ status: 422, errors: [fault] });
    }
    const { expiresAt } = await link({});
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(61_000);
    await setLinks(null);
    await waitFor('the refusal', async () => (await ask({ latest: true })).status === 422, SOON_MS);
    expect(await (await ask({ latest: true })).json()).toMatchObject({
      errors: [{ pointer: '/latest', code: 'not_allowed', hint: expect.stringContaining('links.latestDays') }],
    });
    for (const links of [{ latestDays: 91 }, { latestDays: 0 }, { maxSeconds: 86_401 }]) {
      const { headers } = await publisher.call('GET', `/apis/${open.api.id}`);
      const revision = { 'if-match': headers.get('etag') ?? '' };
      expect((await publisher.call('PATCH', `/apis/${open.api.id}`, { links }, revision)).status).toBe(422);
    }
  });

  it('are ended one by one within a second on every gateway, while another one of the token goes on', async () => {
    const [one, other] = [await link({ query: 'city=Rome' }), await link({})];
    for (const each of [one, other]) await everywhere('the link', each, isGood);
    const path = `/tokens/${open.tokenId}/links/${one.id}`;
    expect((await publisher.call('DELETE', path)).status).toBe(204);
    await everywhere('the end', one, isEnded);
    await everywhere('the other one', other, isGood);
    expect((await read(stack.url, open.api.path, open.secret)).status).toBe(200);
    expect((await publisher.call('DELETE', path)).status).toBe(204);
    expect((await publisher.call('DELETE', `${path.slice(0, -4)}zzzz`)).json).toMatchObject({ code: 'link_not_found' });
    const { json } = await publisher.call('GET', `/audit?resource=${open.tokenId}&_limit=1`);
    expect(json).toMatchObject({ data: [{ action: 'token.updated', before: { link: { id: one.id } }, after: {} }] });
  });

  it('are listed for their token and their API with what they give and who made them, never with an address', async () => {
    const own = await link({ query: 'city=Rome' });
    const made = await publisher.call('POST', `/apis/${open.api.id}/links`, { format: 'json' });
    const lent = Link.parse(made.json);
    for (const place of [`tokens/${open.tokenId}`, `apis/${open.api.id}`]) {
      const { data, text } = await listed(place);
      expect(data.slice(0, 2)).toMatchObject([
        { id: lent.id, format: 'json', query: '', latest: false, madeBy: { kind: 'key' }, expiresAt: lent.expiresAt },
        { id: own.id, format: 'csv', query: 'city=Rome', madeBy: { kind: 'token', id: open.tokenId } },
      ]);
      expect(text).not.toMatch(/\/links\/|[0-9a-f]{64}/);
      for (const { url } of [own, lent]) expect(text).not.toContain(url.split('/')[4]);
    }
    await publisher.call('DELETE', `/tokens/${open.tokenId}/links/${lent.id}`);
    const { data } = await listed(`tokens/${open.tokenId}`);
    expect(data.map(({ id }) => id)).not.toContain(lent.id);
    expect((await publisher.call('GET', `/tokens/tok_${'0'.repeat(26)}/links`)).json).toMatchObject({
      code: 'token_not_found',
    });
  });
});
