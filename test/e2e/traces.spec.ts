import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver';
import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { Stack } from '../support/stack';
import { waitFor } from '../support/wait-for';

const ROW_VALUE = 'canary-of-a-row-41d9';
const QUERY_VALUE = 'canary-of-a-query-88aa';
const GATEWAY = 'sluice-gateway';
const CATALOGUE = 'sluice-catalogue';

describe('traces', () => {
  const collector = new OtlpReceiver();
  let stack: Stack;
  let publisher: Publisher;
  let endpoint: string;
  let datasetId: string;
  let secret: string;
  const answers: Answer[] = [];

  beforeAll(async () => {
    await collector.start();
    stack = await Stack.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    publisher = new Publisher(stack);
    const published = await publisher.publish('Traced', 'csv', `id,name\n1,${ROW_VALUE}\n2,other\n`);
    const { api, tokenId } = published;
    ({ datasetId } = api);
    ({ secret } = published);
    const sending = { name: 'Traced in', datasetId, path: api.path, method: 'POST' as const, active: true };
    await publisher.assign((await publisher.api(sending)).id, tokenId);
    endpoint = `${stack.url}/api/${api.path}`;
    await waitFor('the endpoint', async () => (await read(stack.url, api.path, secret)).status === 200);
    await waitFor('sending', async () => (await send(newTrace())).status === 201);
  }, 60_000);
  afterAll(async () => {
    await stack?.stop();
    await collector.stop();
  });

  const newTrace = () => ({ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') });
  const traceparent = ({ traceId, spanId }: ReturnType<typeof newTrace>, flags = '01') =>
    `00-${traceId}-${spanId}-${flags}`;
  const get = async (search: string, header?: string): Promise<Answer> => {
    const headers = { authorization: `Bearer ${secret}`, ...(header && { traceparent: header }) };
    const answer = await answerTo(`${endpoint}${search}`, { headers });
    answers.push(answer);
    return answer;
  };
  const send = (trace: ReturnType<typeof newTrace>): Promise<Answer> => {
    const headers = {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      traceparent: traceparent(trace),
    };
    return answerTo(endpoint, { method: 'POST', headers, body: `[{"id":3,"name":"${ROW_VALUE}"}]` });
  };
  /** Waits until the collector has these steps and stages of a trace, each as `service: name`. */
  const steps = async (traceId: string, expected: string[]): Promise<ReceivedSpan[]> => {
    const missing = () => {
      const found = collector
        .of(traceId)
        .flatMap(({ service, name, stages }) => [name, ...stages].map((each) => `${service}: ${each}`));
      return expected.filter((step) => !found.includes(step));
    };
    await waitFor('the steps', async () => missing().length === 0).catch(() => {});
    expect({ missing: missing(), found: collector.of(traceId).map(({ name }) => name) }).toMatchObject({ missing: [] });
    return collector.of(traceId);
  };
  const expectConnected = (spans: readonly ReceivedSpan[], root: string) => {
    const ids = new Set([root, ...spans.map(({ spanId }) => spanId)]);
    expect(spans.filter(({ parentSpanId = '' }) => !ids.has(parentSpanId))).toEqual([]);
  };

  it('show a page as one connected trace over gateway and catalogue, in the trace of its caller', async () => {
    const trace = newTrace();
    const answer = await get(`?name=${QUERY_VALUE}&_sort=id`, traceparent(trace));
    expect(answer.headers.get('server-timing')).toMatch(
      new RegExp(`^traceparent;desc="00-${trace.traceId}-[0-9a-f]{16}-01"$`),
    );
    const spans = await steps(trace.traceId, [
      `${GATEWAY}: GET lookup`,
      ...['verdict', 'admission', 'query', 'answering', 'catalogue.rows.read'].map((name) => `${GATEWAY}: ${name}`),
      ...['catalogue.rows.read', 'queue', 'duckdb'].map((name) => `${CATALOGUE}: ${name}`),
    ]);
    expectConnected(spans, trace.spanId);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === trace.spanId).map(({ name }) => name)).toEqual([
      'GET lookup',
    ]);
  });

  it('show a send and an import the same way, from the request to what is stored', async () => {
    const sending = newTrace();
    expect((await send(sending)).status).toBe(201);
    const sent = await steps(sending.traceId, [
      `${GATEWAY}: POST send`,
      `${GATEWAY}: catalogue.rows.send`,
      ...['catalogue.rows.send', 'check rows', 'commit'].map((name) => `${CATALOGUE}: ${name}`),
    ]);
    expectConnected(sent, sending.spanId);
    const importing = newTrace();
    const upload = await answerTo(`${stack.url}/manage/v1/datasets/${datasetId}/versions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stack.adminKey}`,
        'content-type': 'text/csv',
        traceparent: traceparent(importing),
      },
      body: `id,name\n1,${ROW_VALUE}\n`,
    });
    expect(upload.status).toBeLessThan(300);
    const imported = await steps(importing.traceId, [
      `${GATEWAY}: POST management`,
      `${CATALOGUE}: catalogue.imports.start`,
      ...['receive', 'read', 'store', 'publish'].map((name) => `${CATALOGUE}: import: ${name}`),
    ]);
    expectConnected(imported, importing.spanId);
  });

  it('name the trace in log lines and problem documents, beside the request’s id', async () => {
    const trace = newTrace();
    const answer = await get('?_limit=none', traceparent(trace));
    expect(answer.json).toMatchObject({ code: 'invalid_query', traceId: trace.traceId });
    expect(answer.json).toMatchObject({ instance: answer.headers.get('x-request-id') });
    await waitFor('the log line', async () => {
      const lines = (await readFile(stack.log('gateway-1'), 'utf8')).split('\n');
      return lines.some((line) => line.includes(trace.traceId) && line.includes('"requestId"'));
    });
  });

  it('are kept as the caller’s flag says; one that is not is named all the same', async () => {
    const [left, kept] = [newTrace(), newTrace()];
    const answer = await get('', traceparent(left, '00'));
    expect(answer.headers.get('server-timing')).toContain(`00-${left.traceId}-`);
    await get('', traceparent(kept));
    await steps(kept.traceId, [`${GATEWAY}: GET page`]);
    expect(collector.of(left.traceId)).toEqual([]);
  });

  it.each([
    ['is empty', ''],
    ['is too short', '00-0-0-01'],
    ['is of zeros', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`],
    ['is of a version that never was', `ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`],
    ['is long', 'x'.repeat(5_000)],
  ])('begin anew behind a traceparent that %s', async (_, header) => {
    const { status, headers } = await get('', header);
    expect(status).toBe(200);
    const [, traceId = ''] = /desc="00-([0-9a-f]{32})-/.exec(headers.get('server-timing') ?? '') ?? [];
    expect(/^(0+|1+|)$/.test(traceId)).toBe(false);
    await steps(traceId, [`${GATEWAY}: GET page`]);
  });

  it('hold no secret, no row, no query value and no address', async () => {
    const trace = newTrace();
    await get(`?name=${QUERY_VALUE}`, traceparent(trace));
    await answerTo(`${endpoint}?access_token=${secret}`);
    await steps(trace.traceId, [`${GATEWAY}: GET lookup`]);
    expect(collector.spans.length).toBeGreaterThan(50);
    for (const canary of [secret, stack.adminKey, ROW_VALUE, QUERY_VALUE, '127.0.0.1']) {
      expect(collector.text.includes(canary)).toBe(false);
    }
  });

  it('hold nothing up when their collector is gone', async () => {
    await collector.stop();
    for (let i = 0; i < 20; i++) expect((await get(`?_limit=${i + 1}`)).status).toBe(200);
    expect((await fetch(`${stack.url}/health/ready`)).status).toBe(200);
  });
});

describe('an installation that keeps no traces', () => {
  const startIn = (env: NodeJS.ProcessEnv) => {
    const script = `require('./dist/libs/runtime/src/tracing.js')
      .startTracing('test', { OTEL_EXPORTER_OTLP_ENDPOINT: process.env.OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: 1 })
      .then(() => console.log(Object.keys(require.cache).filter((file) => file.includes('@opentelemetry')).length), console.error)`;
    const { PATH } = process.env;
    return Number(
      execFileSync(process.execPath, ['-e', script], { cwd: projectRoot, env: { PATH, ...env } }).toString(),
    );
  };

  it('loads no package for them', () => {
    expect(startIn({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).toBeGreaterThan(10);
    expect(startIn({})).toBe(0);
    const bundles = readdirSync(join(projectRoot, 'dist', 'services')).filter((name) => /\.(js|source)$/.test(name));
    const texts = bundles.map((name) => readFileSync(join(projectRoot, 'dist', 'services', name), 'utf8'));
    expect(texts.filter((text) => text.includes('BatchSpanProcessorBase'))).toEqual([]);
  });
});
