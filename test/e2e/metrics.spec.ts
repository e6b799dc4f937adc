import { messages } from '@sluice/contracts/bus/bus-users';
import { documentedMetrics } from '../support/documented-metrics';
import { type PrintedMetric, readMetrics } from '../support/printed-metrics';
import { answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const SERVICES = ['gateway', 'catalogue', 'registry', 'tokens'];
const REQUESTS = 'sluice_http_request_duration_seconds';

describe('the metrics of a running installation', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let printed: Map<string, Map<string, PrintedMetric>>;

  const look = async () => {
    const texts = await Promise.all(SERVICES.map((service) => stack.allMetrics(`${service}-1`)));
    printed = new Map(SERVICES.map((service, index) => [service, readMetrics(texts[index] ?? '')]));
  };
  const count = (service: string, metric: string, labels: string) =>
    printed.get(service)?.get(metric)?.series.get(`${metric}_count{${labels}}`) ?? 0;
  const requests = (route: string, status = '2xx') => count('gateway', REQUESTS, `route="${route}",status="${status}"`);

  beforeAll(look);

  it('are those of docs/metrics.md, with its types, labels and services, and no other', () => {
    const documented = documentedMetrics();
    const expected = documented
      .flatMap(({ name, type, services }) => services.map((service) => `${service} ${name} ${type}`))
      .sort();
    const found = [...printed]
      .flatMap(([service, metrics]) => [...metrics].map(([name, { type }]) => `${service} ${name} ${type}`))
      .sort();
    expect(found).toEqual(expected);
    for (const { name, labels, services } of documented) {
      const used = services.flatMap((service) => [...(printed.get(service)?.get(name)?.labels ?? [])]);
      expect({ name, undocumented: used.filter((label) => !labels.includes(label)) }).toEqual({
        name,
        undocumented: [],
      });
    }
  });

  it('each say in a sentence what they are, and what to do about them', () => {
    for (const { name, meaning, advice } of documentedMetrics()) {
      expect({ name, meaning: meaning.length > 10, advice: advice.length > 0 }).toEqual({
        name,
        meaning: true,
        advice: true,
      });
    }
    const helpless = [...printed.values()].flatMap((metrics) =>
      [...metrics].filter(([, { help }]) => help.length < 10),
    );
    expect(helpless.map(([name]) => name)).toEqual([]);
  });

  it('count every kind of request and how long it took, also those that are refused', async () => {
    const csv = 'id,name\n1,Ada\n2,Grace\n';
    const { api, secret, tokenId } = await publisher.publish('Measured', 'csv', csv);
    const sending = {
      name: 'Measured in',
      datasetId: api.datasetId,
      path: api.path,
      method: 'POST' as const,
      active: true,
    };
    await publisher.assign((await publisher.api(sending)).id, tokenId);
    const headers = { authorization: `Bearer ${secret}` };
    const json = { ...headers, 'content-type': 'application/json' };
    const endpoint = `${stack.url}/api/${api.path}`;
    await waitFor('the endpoint', async () => (await read(stack.url, api.path, secret)).status === 200);
    await waitFor('sending', async () => {
      const sent = await answerTo(endpoint, { method: 'POST', headers: json, body: '[{"id":3,"name":"Edsger"}]' });
      return sent.status < 300;
    });
    await look();
    const kinds = [
      'page',
      'lookup',
      'query',
      'export',
      'file',
      'changes',
      'send',
      'description',
      'management',
      'sign-in',
      'docs',
      'console',
      'health',
    ];
    const before = new Map(kinds.map((kind) => [kind, requests(kind)]));
    const [refusedBefore, missingBefore] = [requests('no-api', '4xx'), requests('other', '4xx')];
    const snapshot = (await answerTo(endpoint, { headers })).headers.get('sluice-snapshot');
    const asked = [
      await answerTo(`${endpoint}?id=2`, { headers }),
      await answerTo(`${endpoint}/_query`, { method: 'POST', headers: json, body: '{}' }),
      await answerTo(`${endpoint}/_export`, { headers }),
      await answerTo(`${endpoint}/_parquet`, { headers }),
      await answerTo(`${endpoint}/_changes?since=${snapshot}`, { headers }),
      await answerTo(endpoint, { method: 'POST', headers: json, body: '[{"id":4,"name":"Barbara"}]' }),
      await answerTo(`${endpoint}/_schema`, { headers }),
      await publisher.call('GET', '/datasets'),
      await answerTo(`${stack.url}/manage/v1/setup`),
      await answerTo(`${stack.url}/docs/errors`),
      await answerTo(`${stack.url}/console/`),
      await answerTo(`${stack.url}/health/ready`),
    ];
    expect(asked.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    await answerTo(endpoint, { headers: { authorization: 'Bearer nobody' } });
    await answerTo(`${stack.url}/nothing/here`);
    await waitFor('the counts', async () => {
      await look();
      return requests('other', '4xx') > missingBefore;
    });
    expect(kinds.filter((kind) => requests(kind) <= (before.get(kind) ?? 0))).toEqual([]);
    expect(requests('no-api', '4xx')).toBe(refusedBefore + 1);
  });

  it('show every contract of the bus in the service that answers it, before it is asked for', () => {
    const contracts = messages.filter(({ kind }) => kind === 'contract').map(({ subject }) => subject);
    const shown = SERVICES.flatMap((service) => {
      const served = printed.get(service)?.get('sluice_bus_served_duration_seconds')?.series ?? new Map();
      return contracts.filter(
        (subject) =>
          subject.startsWith(`${service}.`) &&
          served.has(`sluice_bus_served_duration_seconds_count{subject="${subject}",outcome="ok"}`),
      );
    });
    expect(shown.sort()).toEqual([...contracts].sort());
  });

  it('have labels of few values: never an id, an address or a name that somebody chose', async () => {
    await answerTo(`${stack.url}/api/somebody-chose-this?field=somebody-chose-this`);
    await answerTo(`${stack.url}/somebody-chose-this`);
    await look();
    const written = [...printed.values()].flatMap((metrics) =>
      [...metrics.values()].flatMap(({ series }) => [...series.keys()]),
    );
    expect(written.filter((series) => /_[0-9A-HJKMNP-TV-Z]{26}|somebody|measured/i.test(series))).toEqual([]);
    for (const metrics of printed.values())
      for (const [name, { series }] of metrics)
        expect({ name, isBounded: series.size < 2_500 }).toEqual({ name, isBounded: true });
  });

  it('tell the memory of every DuckDB instance, the free disk and the lag of every feed', () => {
    const of = (service: string, series: string) =>
      printed
        .get(service)
        ?.get(series.split('{')[0] ?? '')
        ?.series.get(series);
    for (const engine of ['reads', 'heavy', 'exports']) {
      expect(of('catalogue', `sluice_duckdb_memory_bytes{engine="${engine}"}`)).toBeGreaterThanOrEqual(0);
    }
    expect(of('catalogue', 'sluice_duckdb_memory_bytes{engine="reads"}')).toBeGreaterThan(0);
    expect(of('catalogue', 'sluice_disk_free_bytes{of="cache"}')).toBeGreaterThan(0);
    for (const feed of ['tokens', 'admins', 'routes', 'snapshots']) {
      expect(of('gateway', `sluice_feed_lag_seconds{feed="${feed}"}`)).toBeLessThan(5);
    }
  });
});
