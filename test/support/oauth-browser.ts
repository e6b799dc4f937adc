import { createHash, randomBytes } from 'node:crypto';

/** Where the application of a test has its answers sent. Nobody listens there: the test reads the address. */
export const CALLBACK = 'http://127.0.0.1:33418/callback';

/** A verifier and its challenge (RFC 7636). */
export function proofKey(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Registers an application (RFC 7591). */
export async function register(
  origin: string,
  metadata: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ client_name: 'Test agent', redirect_uris: [CALLBACK], ...metadata }),
  });
}

/** Posts a form to the token endpoint. */
export async function askForToken(
  origin: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(`${origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers });
}

/** A browser without a screen: it keeps cookies for paths, and follows no redirect. */
export class OAuthBrowser {
  private readonly jar = new Map<string, { value: string; path: string }>();

  /** The headers are those of every request of it. */
  constructor(
    readonly origin: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Opens the address that an application sends somebody to; gives the id of the question. */
  async begin(parameters: Record<string, string>): Promise<{ response: Response; uid: string }> {
    const response = await this.open(`/oauth/authorize?${new URLSearchParams(parameters)}`);
    const uid = /\/oauth\/consent\/([^/?]+)/.exec(response.headers.get('location') ?? '')?.[1] ?? '';
    return { response, uid };
  }

  /** Asks the page's own questions of the server. */
  async ask(uid: string, what: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return await this.open(`/oauth/consent/${uid}/${what}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', 'sluice-console': '1', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Follows the way back to the application, and gives its parameters. */
  async finish(location: string): Promise<URLSearchParams> {
    const { pathname } = new URL(location);
    const response = await this.open(pathname);
    const back = response.headers.get('location');
    if (back === null) throw new Error(`${response.status} ${await response.text()}`);
    return new URL(back).searchParams;
  }

  async open(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.jar]
      .filter(([, each]) => path.startsWith(each.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const headers = { ...this.headers, ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const response = await fetch(this.origin + path, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  /** Keeps a cookie as its header sets it. */
  keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
    if (value === '') this.jar.delete(name);
    else this.jar.set(name, { value, path });
  }
}
