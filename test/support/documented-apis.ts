import type { Api } from '@sluice/contracts/registry/apis';
import { answerTo, Publisher } from './publisher';

/** Values of every type of field, with their extremes. */
const ROWS = `id,name,price,amount,sold,day,at,opens,more
9007199254740993,"Ähre, ""x""",1.5,12345678901234567890.10,true,2020-01-31,2020-01-01T10:00:00.123456Z,08:30:00,"{""a"":[1,""x""]}"
2,b,2.25,0.25,false,2021-02-01,2021-05-01T00:00:00Z,13:45:00.5,"[]"
-9223372036854775808,,,-1.5,,,,,
4,a longer name,1e300,99.99,true,1999-12-31,1999-12-31T23:59:59Z,23:59:59,"{}"
`;
const TYPES = { amount: 'decimal', more: 'json' };

/** Three APIs over one dataset that show each part of a document, and a secret that opens them. */
export interface DocumentedApis {
  /** Every field and every control. */
  things: Api;
  /** Some fields of some rows: a row filter with a parameter, hidden fields, no groups. */
  few: Api;
  /** Takes rows, by rules. */
  sends: Api;
  secret: string;
}

/** Publishes them; the name keeps apart what several files of tests publish. */
export async function publishDocumentedApis(publisher: Publisher, name: string): Promise<DocumentedApis> {
  const { id: datasetId } = await publisher.dataset(name);
  await publisher.version(datasetId, 'csv', ROWS, `?types=${encodeURIComponent(JSON.stringify(TYPES))}`);
  const things = await publisher.api({ name: `${name} all`, datasetId, active: true });
  const few = await publisher.api({
    name: `${name} few`,
    datasetId,
    active: true,
    exposed: ['id', 'name', 'price', 'day'],
    rowFilter: { sold: { eq: { $param: 'sold' } } },
    parameters: [{ name: 'sold', type: 'boolean', default: true, description: 'Whether it is sold' }],
    aggregation: false,
    formats: ['json', 'csv'],
  });
  const rules = { name: { required: true, max: 20 }, price: { min: 0 }, amount: { max: '99999999999999.99' } };
  const sends = await publisher.api({
    name: `${name} sends`,
    datasetId,
    method: 'POST',
    active: true,
    send: { lenient: true, fields: rules },
  });
  const { token, secret } = await publisher.token(name);
  for (const { id } of [things, few, sends]) await publisher.assign(id, token.id);
  return { things, few, sends, secret };
}

/** Fetches the document of an API as its consumers get it, with its exact text. */
export async function documentOf(url: string, { path }: Api, secret: string) {
  const { text, json } = await answerTo(`${url}/api/${path}/_openapi.json`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return { text, json };
}
