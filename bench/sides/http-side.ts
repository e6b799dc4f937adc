import autocannon from 'autocannon';
import type { Asked } from '../workloads/dialects';
import type { Question } from '../workloads/workloads';
import { CONNECTIONS, type Row, type Side, type Turn } from './side';

/** Where somebody is asked over HTTP, and in which words. */
export interface HttpTarget {
  name: string;
  url: string;
  secret?: string;
  pids: Side['pids'];
  words: (question: Question) => Asked;
  restart?: () => Promise<void>;
}

/** Asks over HTTP with the one client of all sides. Whatever is no success fails the run. */
export function httpSide(target: HttpTarget): Side {
  const headers = bearer(target.secret);
  return {
    name: target.name,
    pids: target.pids,
    ask: (next, seconds) =>
      askOverHttp(
        target,
        () => {
          const question = next();
          return question && target.words(question);
        },
        seconds,
      ),
    rows: async (question) => rowsOf(await send(target, headers, target.words(question))),
    ...(target.restart && { restart: target.restart }),
  };
}

/** Asks what is given for some time, 16 at a time; fails when nothing new is left before the end. */
export async function askOverHttp(
  { url, secret }: Pick<HttpTarget, 'url' | 'secret'>,
  next: () => Asked | undefined,
  seconds: number,
): Promise<Turn> {
  const latenciesMs: number[] = [];
  const headers = bearer(secret);
  let last = next();
  // The client builds one request before it begins.
  let first = last;
  let isExhausted = false;
  const setupRequest = (request: autocannon.Request): autocannon.Request => {
    const asked = first ?? next();
    first = undefined;
    isExhausted ||= !asked;
    last = asked ?? last;
    if (!last) return request;
    const { secret: own, ...sent } = last;
    return { ...request, ...sent, headers: { ...request.headers, ...sent.headers, ...bearer(own) } };
  };
  const options = { url, connections: CONNECTIONS, duration: seconds, headers, requests: [{ setupRequest }] };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const client = autocannon(options, (error, found) => (error ? reject(error) : resolve(found)));
    client.on('response', (_client, _status, _bytes, tookMs) => latenciesMs.push(tookMs));
  });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${failed} requests failed on ${url}: ${JSON.stringify(result.statusCodeStats)}`);
  if (isExhausted) throw new Error(`${url} answers faster than there are new questions: give the workload more`);
  return { latenciesMs, seconds: result.duration };
}

async function send({ url }: HttpTarget, headers: Record<string, string>, asked: Asked): Promise<unknown> {
  const response = await fetch(`${url}${asked.path}`, { method: asked.method, headers, body: asked.body });
  if (!response.ok) throw new Error(`${response.status} for ${url}${asked.path}: ${await response.text()}`);
  return response.json();
}

/** Takes the rows out of whatever envelope they are in. */
function rowsOf(answer: unknown): Row[] {
  return Array.isArray(answer) ? answer : (answer as { data: Row[] }).data;
}

function bearer(secret?: string): Record<string, string> {
  return secret ? { authorization: `Bearer ${secret}` } : {};
}
