import { slowness } from '../measure/cost-of';
import { filled } from '../measure/filled';
import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const FIELDS = 1_000;
const KIB = 1024;
/** No handler of any service may hold its event loop for longer. */
const HOLD_MS = 50;
/** Another process may have the core for a while: what holds a loop by itself does so each time. */
const TRIES = 8;

describe('a hostile request', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let url: string;
  let datasetId: string;
  let secret: string;

  beforeAll(async () => {
    const names = Array.from({ length: FIELDS }, (_, index) => `customer_attribute_number_${index}`);
    const row = names.map((_, index) => index);
    const { api, tokenId, ...open } = await publisher.publish('Wide loops', 'csv', `${names.join()}\n${row.join()}\n`);
    ({ datasetId } = api);
    ({ secret } = open);
    url = `${stack.url}/api/${api.path}`;
    const taking = { name: 'Wide loops in', datasetId, path: api.path, method: 'POST' as const, active: true };
    await publisher.assign((await publisher.api(taking)).id, tokenId);
    await waitFor('the endpoint', async () => (await read(stack.url, api.path, secret)).status === 200);
  });

  const asConsumer = (method: string, type: string, body: string, path = ''): Promise<Answer> => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': type };
    return answerTo(url + path, { method, headers, body });
  };
  const query = (body: string) => asConsumer('POST', 'application/json', body, '/_query');
  const get = (search: string) => answerTo(`${url}?${search}`, { headers: { authorization: `Bearer ${secret}` } });
  const send = (body: string, type = 'application/json') => asConsumer('POST', type, body);
  const api = (members: string) => {
    const headers = { 'content-type': 'application/json' };
    return publisher.call('POST', '/apis', `{"name":"Loops","datasetId":"${datasetId}",${members}}`, headers);
  };
  const sign = (body: string) => {
    const headers = { 'content-type': 'application/json' };
    return answerTo(`${stack.url}/manage/v1/session`, { method: 'POST', headers, body });
  };

  it.each<[string, number, () => Promise<Answer>]>([
    ['a query of unknown members', 400, () => query(`{${filled('"custommer_#":1', 250 * KIB, ',')}}`)],
    ['a filter of unknown fields', 400, () => query(`{"filter":{${filled('"custommer_#":1', 250 * KIB, ',')}}}`)],
    ['a query string of unknown fields', 400, () => get(filled('customer_atribute_nunber_#=1', 14 * KIB, '&'))],
    ['a sort of commas', 400, () => get(`_sort=${','.repeat(14 * KIB)}`)],
    ['a row of unknown members', 422, () => send(`[{${filled('"custommer_#":1', 1_000 * KIB, ',')}}]`)],
    ['rows of unknown members', 422, () => send(`[${filled('{"custommer_#":1}', 4_000 * KIB, ',')}]`)],
    ['rows without members', 201, () => send(`[${filled('{}', 8 * KIB, ',')}]`)],
    ['more rows without members', 413, () => send(`[${filled('{}', 25 * KIB, ',')}]`)],
    [
      'lines of unknown members',
      422,
      () => send(filled('{"custommer_#":1}', 8_000 * KIB, '\n'), 'application/x-ndjson'),
    ],
    ['unknown columns', 400, () => send(`${filled('custommer_#', 1_000 * KIB, ',')}\n1\n`, 'text/csv')],
    ['one text of 9 MB', 422, () => send(`[{"customer_attribute_number_1":"${'x'.repeat(9_000_000)}"}]`)],
    ['one number of 3 MB', 422, () => send(`[{"customer_attribute_number_1":${'9'.repeat(3_000_000)}}]`)],
    ['arrays of a million levels', 400, () => send(`[{"a":${'['.repeat(1_000_000)}`)],
    ['an API of unknown fields', 422, () => api(`"exposed":[${filled('"custommer_#"', 10 * KIB, ',')}]`)],
    ['an API of unknown members', 422, () => api(filled('"custommer_#":1', 250 * KIB, ','))],
    ['a sign-in of unknown members', 422, () => sign(`{${filled('"custommer_#":1', 250 * KIB, ',')}}`)],
    ['a sign-in of a million levels', 413, () => sign('['.repeat(1_000_000))],
  ])('holds no event loop for more than 50 ms: %s', async (_name, status, request) => {
    const held: number[] = [];
    for (let tries = 0; tries < TRIES; tries++) {
      await longestHoldMs();
      expect((await request()).status).toBe(status);
      held.push(await longestHoldMs());
      if (Math.min(...held) < HOLD_MS) return;
    }
    // On a machine that others use: what was found and mended held a loop for 160 ms and more.
    expect(Math.min(...held)).toBeLessThan(2 * HOLD_MS * slowness());
  });

  /** How long any service's event loop was held at most, since this was asked before. */
  async function longestHoldMs(): Promise<number> {
    const names = Object.keys(stack.facts.metrics);
    const seconds = names.map((name) => stack.metric(name, 'nodejs_eventloop_lag_max_seconds'));
    return Math.max(...(await Promise.all(seconds))) * 1_000;
  }
});
