import { answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

interface Linkset {
  linkset: {
    anchor: string;
    item?: { href: string }[];
    next?: { href: string }[];
    'service-desc'?: { href: string }[];
  }[];
}

const DESCRIPTIONS = ['_openapi.json', '_datapackage.json', '_croissant.json'];
/** What asks for rows, or for what follows from them. */
const CLOSED = ['', '/_schema', '/_export', '/_changes', '/_parquet', '/_query', '/_links'];
/** Every value of it is a secret. */
const ROWS = 'id,town,founded,secret_plan\n4711,Atlantis,0753-04-21,hidden-a\n815,Vineta,1048-01-01,hidden-b\n';
const TOLD = ['4711', '815', 'Atlantis', 'Vineta', '0753-04-21', '1048-01-01', 'hidden-a', 'secret_plan'];

describe('what is told of APIs without a token', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let listed: Awaited<ReturnType<Publisher['publish']>>;
  let kept: Awaited<ReturnType<Publisher['publish']>>;

  const anonymous = (path: string, init: RequestInit = {}) => answerTo(`${stack.url}${path}`, init);
  const change = async (id: string, settings: object) => {
    const { headers } = await publisher.call('GET', `/apis/${id}`);
    const answer = await publisher.call('PATCH', `/apis/${id}`, settings, { 'if-match': headers.get('etag') ?? '' });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  };
  /** The whole catalogue, page after page. */
  const catalogue = async (init: RequestInit = {}) => {
    const links: Linkset['linkset'] = [];
    for (let url: string | undefined = `${stack.url}/.well-known/api-catalog`; url; ) {
      const { status, json } = await answerTo(url, init);
      expect(status).toBe(200);
      const [first, ...rest] = (json as Linkset).linkset;
      links.push(...rest);
      url = first?.next?.[0]?.href;
    }
    return links.map(({ anchor }) => anchor);
  };
  const endpoint = (path: string) => `${stack.url}/api/${path}`;
  const isListed = (path: string, is: boolean) =>
    waitFor(
      `${path} to be ${is ? 'on' : 'off'} the list`,
      async () => (await catalogue()).includes(endpoint(path)) === is,
    );

  beforeAll(async () => {
    listed = await publisher.publish('Listed towns', 'csv', ROWS);
    kept = await publisher.publish('Kept towns', 'csv', ROWS);
    await change(listed.api.id, { listed: true, exposed: ['id', 'town', 'founded'] });
    await isListed('listed-towns', true);
  });

  it('is a description of each listed API, and neither a row, a value of one, nor a field that is not exposed', async () => {
    for (const name of DESCRIPTIONS) {
      const { status, text, headers } = await anonymous(`/api/listed-towns/${name}`);
      expect([name, status]).toEqual([name, 200]);
      expect(text).toContain('town');
      expect(TOLD.filter((value) => text.includes(value))).toEqual([]);
      expect(headers.get('cache-control')).toBe('private, no-cache');
      const again = await anonymous(`/api/listed-towns/${name}`, {
        headers: { 'if-none-match': headers.get('etag') ?? '' },
      });
      expect(again.status).toBe(304);
    }
    // With its own token the document has examples.
    expect((await read(stack.url, 'listed-towns/_openapi.json', listed.secret)).text).toContain('4711');
    for (const path of ['/catalog.jsonld', '/.well-known/api-catalog']) {
      const { text } = await anonymous(path);
      expect(text).toContain('Listed towns');
      expect(TOLD.filter((value) => text.includes(value))).toEqual([]);
    }
  });

  it('is one and the same 401 for an API that is not listed and for one that is not there, whatever is asked', async () => {
    const plain = ({ status, json, headers }: Awaited<ReturnType<typeof anonymous>>) => {
      const names = [...headers.keys()].filter((name) => name !== 'date');
      return { status, json: { ...(json as object), instance: '' }, names, challenge: headers.get('www-authenticate') };
    };
    const nothing = plain(await anonymous('/api/nothing-there/_openapi.json'));
    expect(nothing.status).toBe(401);
    for (const name of DESCRIPTIONS) {
      expect(plain(await anonymous(`/api/kept-towns/${name}`))).toEqual(nothing);
      expect(plain(await anonymous(`/api/nothing-there/${name}`))).toEqual(nothing);
    }
    for (const rest of CLOSED) {
      expect(plain(await anonymous(`/api/listed-towns${rest}`))).toEqual(nothing);
      expect(plain(await anonymous(`/api/listed-towns${rest}`, { method: 'POST' }))).toEqual(nothing);
    }
    expect(plain(await anonymous('/api/listed-towns/_openapi.json', { method: 'POST' }))).toEqual(nothing);
    for (const path of ['/catalog.jsonld', '/.well-known/api-catalog'])
      expect((await anonymous(path)).text).not.toContain('ept towns');
  });

  it('is told to a token as well, which sees the APIs that it is assigned to beside those that are listed', async () => {
    const auth = { headers: { authorization: `Bearer ${kept.secret}` } };
    expect(await catalogue(auth)).toEqual(expect.arrayContaining([endpoint('kept-towns'), endpoint('listed-towns')]));
    expect(await catalogue()).not.toContain(endpoint('kept-towns'));
    for (const name of DESCRIPTIONS) {
      const { status, text } = await read(stack.url, `listed-towns/${name}`, kept.secret);
      expect([status, TOLD.filter((value) => text.includes(value))]).toEqual([200, []]);
      expect((await read(stack.url, `kept-towns/${name}`, listed.secret)).status).toBe(403);
    }
    expect((await read(stack.url, 'listed-towns', kept.secret)).status).toBe(403);
    const wrong = { headers: { authorization: `Basic ${'x'.repeat(20)}` } };
    expect((await anonymous('/catalog.jsonld', wrong)).status).toBe(401);
    expect((await anonymous('/api/listed-towns/_openapi.json', wrong)).status).toBe(401);
  });

  it('is a service without a dataset where rows are only sent', async () => {
    const { datasetId } = kept.api;
    const api = await publisher.api({ name: 'Listed sends', datasetId, method: 'POST', active: true, listed: true });
    await isListed(api.path, true);
    const { json } = await anonymous('/catalog.jsonld');
    const { 'dcat:dataset': datasets, 'dcat:service': services } = json as Record<string, Record<string, unknown>[]>;
    expect(datasets?.map((each) => each['dct:title'])).not.toContain('Listed sends');
    expect(services?.find((each) => each['dct:title'] === 'API of Listed sends')).not.toHaveProperty(
      'dcat:servesDataset',
    );
    const { status, text } = await anonymous(`/api/${api.path}/_openapi.json`);
    expect([status, TOLD.slice(0, 7).filter((value) => text.includes(value))]).toEqual([200, []]);
    expect((await publisher.call('DELETE', `/apis/${api.id}`)).status).toBe(204);
    await isListed(api.path, false);
  });

  it('is a set of links that says where each API is described (RFC 9727), and is refused where it is asked for what it has not', async () => {
    const { headers, json } = await anonymous('/.well-known/api-catalog');
    expect(headers.get('content-type')).toBe(
      'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
    );
    const { linkset } = json as Linkset;
    expect(linkset[0]?.item).toContainEqual({ href: endpoint('listed-towns'), title: 'Listed towns' });
    const links = linkset.find(({ anchor }) => anchor === endpoint('listed-towns'));
    expect((await answerTo(links?.['service-desc']?.[0]?.href ?? '')).status).toBe(200);
    const head = await fetch(`${stack.url}/.well-known/api-catalog`, { method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('link')]).toEqual([
      200,
      '',
      '</.well-known/api-catalog>; rel="api-catalog"',
    ]);
    expect(await anonymous('/catalog.jsonld?page=2&after=x')).toMatchObject({
      status: 400,
      json: {
        errors: [
          { name: 'page', code: 'unknown_parameter' },
          { name: 'after', code: 'invalid_value' },
        ],
      },
    });
    const { status, headers: refused } = await anonymous('/catalog.jsonld', { method: 'POST' });
    expect([status, refused.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('ends within a second when the API is switched off, or taken off the list', async () => {
    await publisher.call('POST', `/apis/${listed.api.id}/deactivate`);
    await isListed('listed-towns', false);
    expect((await anonymous('/api/listed-towns/_openapi.json')).status).toBe(401);
    await publisher.call('POST', `/apis/${listed.api.id}/activate`);
    await isListed('listed-towns', true);
    await change(listed.api.id, { listed: false });
    await isListed('listed-towns', false);
    for (const name of DESCRIPTIONS) expect((await anonymous(`/api/listed-towns/${name}`)).status).toBe(401);
    expect((await anonymous('/catalog.jsonld')).text).not.toContain('Listed towns');
  });
});
