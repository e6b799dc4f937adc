import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MS = 100;
const PATIENCE_MS = 60_000;
const RETRIED = new Set([429, 503, 504]);

/** An answer that was not a success: what a problem document says of itself. */
class ManagementError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

interface Call {
  method?: string;
  json?: unknown;
  body?: Buffer;
  headers?: Record<string, string>;
}

/**
 * The gateway's management routes, as any publisher would call them. Waits while the gateway or a service behind it is
 * still starting; every call here may be repeated without harm.
 */
export class Management {
  constructor(
    private readonly base: string,
    private readonly adminKey: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.call(path, {});
  }

  post<T>(path: string, json: unknown = {}): Promise<T> {
    return this.call(path, { method: 'POST', json });
  }

  async call<T>(path: string, { method = 'GET', json, body, headers = {} }: Call): Promise<T> {
    const response = await whenUp(() =>
      fetch(`${this.base}/manage/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.adminKey}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body ?? (json === undefined ? undefined : JSON.stringify(json)),
      }),
    );
    const text = await response.text();
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    const problem = readProblem(text);
    throw new ManagementError(response.status, problem.code, problem.detail);
  }
}

/** Repeats a request until the answer is more than "not yet". */
export async function whenUp(request: () => Promise<Response>): Promise<Response> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const response = await request().catch(() => null);
    if (response && !RETRIED.has(response.status)) return response;
    if (performance.now() > deadline) return response ?? Response.error();
    await response?.body?.cancel();
    await pause(RETRY_MS);
  }
}

function readProblem(text: string): { code: string; detail: string } {
  try {
    const { code = 'unknown', detail = '' } = JSON.parse(text) as { code?: string; detail?: string };
    return { code, detail };
  } catch {
    return { code: 'unknown', detail: text.slice(0, 200) };
  }
}
