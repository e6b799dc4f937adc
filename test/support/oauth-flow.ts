import { askForToken, CALLBACK, OAuthBrowser, proofKey, register } from './oauth-browser';

/** What the token endpoint answers. */
export interface Issued {
  access_token: string;
  refresh_token: string;
}

/** One application of a test and one person, from an address of their own: what they may fail counts for nobody else. */
export class OAuthFlow {
  readonly browser: OAuthBrowser;
  readonly proof = proofKey();
  clientId = '';
  private readonly headers: Record<string, string>;

  constructor(
    readonly origin: string,
    address: string,
  ) {
    this.headers = { 'x-forwarded-for': address };
    this.browser = new OAuthBrowser(origin, this.headers);
  }

  /** Registers the application with these addresses. */
  async register(metadata: Record<string, unknown> = {}): Promise<Response> {
    const response = await register(this.origin, metadata, this.headers);
    const { client_id: clientId = '' } = (await response.clone().json()) as { client_id?: string };
    this.clientId = clientId;
    return response;
  }

  /** The parameters with which the application sends somebody. */
  parameters(more: Record<string, string> = {}): Record<string, string> {
    return {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: CALLBACK,
      code_challenge: this.proof.challenge,
      code_challenge_method: 'S256',
      resource: `${this.origin}/mcp`,
      state: 'of the application',
      ...more,
    };
  }

  /** Goes as far as the code, for somebody who pastes this secret. */
  async code(secret: string, apiIds: readonly string[]): Promise<string> {
    if (this.clientId === '') await this.register();
    const { uid } = await this.browser.begin(this.parameters());
    const answer = await this.browser.ask(uid, 'answer', { allow: { token: { secret }, apiIds } });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    const back = await this.browser.finish(((await answer.json()) as { location: string }).location);
    return back.get('code') ?? '';
  }

  change(code: string, more: Record<string, string> = {}): Promise<Response> {
    return this.ask({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: this.proof.verifier,
      ...more,
    });
  }

  refresh(token: string): Promise<Response> {
    return this.ask({ grant_type: 'refresh_token', refresh_token: token });
  }

  /** Asks for tokens, as this application unless another one is named. */
  ask(form: Record<string, string>): Promise<Response> {
    return askForToken(this.origin, { client_id: this.clientId, ...form }, this.headers);
  }
}

/** Gives the tokens of an answer. */
export async function issued(response: Response): Promise<Issued> {
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Issued;
}

/** Calls a tool at one gateway, and gives the status. */
export async function statusAt(gateway: string, secret: string): Promise<number> {
  const response = await fetch(`${gateway}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${secret}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search_datasets', arguments: {} },
    }),
  });
  return response.status;
}
