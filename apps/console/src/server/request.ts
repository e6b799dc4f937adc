import type { Problem } from '@sluice/contracts/fault';
import { reportAnswer, reportOffline } from './connection';
import { signedInAgain } from './expiry';
import { Refusal, Unreachable } from './problem';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** The revision that the change is made to (If-Match). */
  revision?: number;
  /** How long the server may work on it before it answers how far it is (RFC 7240). */
  waitSeconds?: number;
  /** Names a creation, so that it happens once however often it is sent. */
  idempotencyKey?: string;
  /** It goes on though the page is left. */
  keepalive?: boolean;
  signal?: AbortSignal;
}

/** The header of every request of the console: a page of another origin cannot send it (cross-site request forgery). */
export const consoleHeader = { 'Sluice-Console': '1' } as const;

/** What is asked by people who may not be signed in. */
const BEFORE_SIGN_IN = ['/session', '/setup', '/oauth/'];

/** Asks the management routes, or what is for the page at which an application is answered. Waits through an ended session; throws `Refusal` or `Unreachable`. */
export async function request<Answer>(path: string, call: Call = {}): Promise<Answer> {
  const response = await requestText(path, call);
  return (response.text === '' ? undefined : JSON.parse(response.text)) as Answer;
}

/** The same, but the text as it came: JSON in which no digit may be lost. */
export async function requestText(path: string, call: Call = {}): Promise<{ text: string; headers: Headers }> {
  for (;;) {
    const response = await send(path, call);
    const text = await response.text();
    if (response.ok) return { text, headers: response.headers };
    const refusal = new Refusal(problemOf(response, text));
    if (response.status !== 401 || BEFORE_SIGN_IN.some((place) => path.startsWith(place))) throw refusal;
    await signedInAgain(refusal);
  }
}

async function send(
  path: string,
  { method = 'GET', body, revision, waitSeconds, idempotencyKey, keepalive, signal }: Call,
): Promise<Response> {
  const address = path.startsWith('/oauth/') ? path : `/manage/v1${path}`;
  try {
    const response = await fetch(address, {
      method,
      headers: {
        ...consoleHeader,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
        ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      keepalive,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
    });
    reportAnswer(method, address, response.status);
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    reportOffline();
    throw new Unreachable(error);
  }
}

/** A proxy in front may answer something else than a problem document. */
export function problemOf(response: { status: number }, text: string): Problem {
  try {
    const problem: Partial<Problem> = JSON.parse(text);
    if (typeof problem.code === 'string') return problem as Problem;
  } catch {
    // Not ours: the status is all that is known.
  }
  const title = `The server answered ${response.status}`;
  return { type: 'about:blank', title, status: response.status, detail: '', instance: '', code: 'unknown' };
}

/** A page of a list as the server answers it. */
export interface ListPage<Item> {
  data: Item[];
  page: { nextCursor: string | null; total?: number };
}

/** A whole list, page by page: for what belongs to one thing. */
export async function requestList<Item>(path: string, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `_limit=200${cursor === null ? '' : `&_cursor=${encodeURIComponent(cursor)}`}`;
    const next: ListPage<Item> = await request(`${path}${path.includes('?') ? '&' : '?'}${query}`, { signal });
    items.push(...next.data);
    cursor = next.page.nextCursor;
  } while (cursor !== null);
  return items;
}
