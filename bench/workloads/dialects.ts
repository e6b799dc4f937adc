import { PAGE, type Question } from './workloads';

/** How a question is asked over HTTP. */
export interface Asked {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  headers?: Record<string, string>;
  /** Of the token that asks, where it is not the same for all. */
  secret?: string;
}

/** The words of Sluice; `cursors` has the cursor behind which the page of a row begins. */
export function askSluice(api: string, question: Question, cursors: ReadonlyMap<number, string>): Asked {
  const query = () => {
    switch (question.of) {
      case 'first-page':
        return `_limit=${PAGE}`;
      case 'page':
        return `_limit=${question.length}&_cursor=${cursors.get(question.first)}`;
      case 'lookup':
        return `id=${question.id}`;
      case 'filter':
        return `city=${encodeURIComponent(question.city)}&amount__gte=${question.atLeast}&_sort=qty&_limit=20`;
      case 'group':
        return `_group=city&_agg=count:n,sum(qty):total&amount__gte=${question.atLeast}&_limit=1000`;
    }
  };
  return { method: 'GET', path: `/api/${api}?${query()}` };
}

/** The words of OData, for what they are measured with. */
export function askOData(set: string, question: Question): Asked {
  const query = (options: Record<string, string>): Asked => ({
    method: 'GET',
    path: `/odata/${set.replaceAll('-', '_')}?${new URLSearchParams(options)}`,
  });
  switch (question.of) {
    case 'filter': {
      const filter = `city eq '${question.city}' and amount ge ${question.atLeast}`;
      return query({ $filter: filter, $orderby: 'qty', $top: '20' });
    }
    case 'lookup':
      return query({ $filter: `id eq ${question.id}` });
    default:
      throw new Error(`${question.of} is not measured by OData`);
  }
}

/** The words of agents (Model Context Protocol, 2026-07-28), for what they are measured with. */
export function askAgent(dataset: string, question: Question): Asked {
  const call = (query: Record<string, unknown>): Asked => {
    const version = '2026-07-28';
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { name: 'query_dataset', arguments: { dataset, ...query }, _meta };
    const mcp = { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': params.name };
    return {
      method: 'POST',
      path: '/mcp',
      headers: { ...mcp, accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    };
  };
  switch (question.of) {
    case 'filter':
      return call({
        filter: { city: question.city, amount: { gte: question.atLeast } },
        ...{ sort: ['qty'], limit: 20 },
      });
    case 'lookup':
      return call({ filter: { id: question.id } });
    default:
      throw new Error(`${question.of} is not measured by agents`);
  }
}

/** The words of ROAPI: its filters in the address where they are enough, otherwise its SQL. */
export function askRoapi(question: Question): Asked {
  const rows = '/api/tables/rows';
  const sql = (body: string): Asked => ({ method: 'POST', path: '/api/sql', body });
  switch (question.of) {
    case 'first-page':
      return { method: 'GET', path: `${rows}?limit=${PAGE}` };
    case 'lookup':
      return { method: 'GET', path: `${rows}?filter[id]=${question.id}` };
    case 'filter': {
      const city = encodeURIComponent(question.city);
      const filter = `filter[city]='${city}'&filter[amount]gte=${question.atLeast}`;
      return { method: 'GET', path: `${rows}?${filter}&sort=qty&limit=20` };
    }
    default:
      return sql(sqlOf(question));
  }
}

/** The words of Datasette, without what it would count and suggest beside the rows. */
export function askDatasette(question: Question): Asked {
  const plain = '_shape=array&_nocount=1&_nofacet=1&_nosuggest=1';
  const get = (query: string): Asked => ({ method: 'GET', path: `/bench/rows.json?${plain}&${query}` });
  switch (question.of) {
    case 'first-page':
      return get(`_size=${PAGE}`);
    case 'page':
      return get(`_size=${question.length}&_next=${question.first - 1}`);
    case 'lookup':
      return get(`id__exact=${question.id}`);
    case 'filter':
      return get(`city__exact=${encodeURIComponent(question.city)}&amount__gte=${question.atLeast}&_sort=qty&_size=20`);
    case 'group':
      return { method: 'GET', path: `/bench.json?_shape=array&sql=${encodeURIComponent(sqlOf(question))}` };
  }
}

export function sqlOf(question: Question): string {
  switch (question.of) {
    case 'first-page':
      return `SELECT * FROM rows LIMIT ${PAGE}`;
    case 'page':
      return `SELECT * FROM rows LIMIT ${question.length} OFFSET ${question.first}`;
    case 'lookup':
      return `SELECT * FROM rows WHERE id = ${question.id}`;
    case 'filter':
      return `SELECT * FROM rows WHERE city = '${question.city}' AND amount >= ${question.atLeast} ORDER BY qty LIMIT 20`;
    case 'group':
      return `SELECT city, count(*) AS n, sum(qty) AS total FROM rows WHERE amount >= ${question.atLeast} GROUP BY city ORDER BY city`;
  }
}
