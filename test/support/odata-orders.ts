import { answerTo, type Publisher } from './publisher';

const HEADER = 'order_id,region,amount,ratio,paid,day,at,opens,2020_total,tags,note';
const ROWS = [
  `9007199254740993,EU,12345678901234567890.12,0.25,true,2025-01-31,2025-01-31T10:00:00Z,08:30:00,1,"[""red"",{""n"":9007199254740993}]",It's`,
  `2,US,0.50,1.5,false,2025-12-31,2025-12-31T23:59:59.5Z,09:00:00,2,"{""a"":1.50}",Zürich & <b>`,
  '3,EU,7.00,,true,2026-01-01,2026-01-01T00:00:00Z,,3,,',
  '4,,1.25,2,,,,23:59:59.25,4,"[]",new york',
];

/** A live API over rows with every type of value and nulls, its key `order_id`, and one whose rows have no key. */
export async function publishOrders(publisher: Publisher, name: string) {
  const file = `${[HEADER, ...ROWS].join('\n')}\n`;
  const { id: datasetId } = await publisher.dataset(name);
  const { headers } = await publisher.call('GET', `/datasets/${datasetId}`);
  const etag = { 'if-match': headers.get('etag') ?? '' };
  await publisher.call('PATCH', `/datasets/${datasetId}`, { keyFields: ['order_id'] }, etag);
  await publisher.version(datasetId, 'csv', file);
  const path = name.toLowerCase().replaceAll(' ', '-');
  const keyed = await publisher.api({ name, datasetId, path, active: true });
  const hidden = await publisher.api({
    name: `2 ${name}`,
    datasetId,
    path: `${path}-rows`,
    active: true,
    exposed: ['region', 'amount', 'paid'],
    rowFilter: { order_id: { ne: { $param: 'without' } } },
    parameters: [{ name: 'without', type: 'integer', default: 2 }],
  });
  const { token, secret } = await publisher.token(name);
  for (const { id } of [keyed, hidden]) await publisher.assign(id, token.id);
  const basic = `Basic ${Buffer.from(`anybody:${secret}`).toString('base64')}`;
  const ask = (rest: string, headers: Record<string, string> = {}, method = 'GET') =>
    answerTo(`${publisher.url}/odata${rest}`, { method, headers: { authorization: basic, ...headers } });
  return {
    keyed,
    path,
    token,
    secret,
    basic,
    ask,
    set: path.replaceAll('-', '_'),
    rowSet: `_2_${path.replaceAll('-', '_')}`,
  };
}
