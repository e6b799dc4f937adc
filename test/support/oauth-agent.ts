import {
  Client,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { CALLBACK, OAuthBrowser } from './oauth-browser';

type Saved<Name extends keyof OAuthClientProvider> = Awaited<
  ReturnType<Extract<OAuthClientProvider[Name], (...given: never[]) => unknown>>
>;

/** Keeps what the official client learns in a round of OAuth, and shows the test where it sends somebody. */
export class Memory implements OAuthClientProvider {
  readonly clientMetadata: OAuthClientMetadata;
  /** The last address that somebody was sent to. */
  sentTo?: URL;
  saved?: Saved<'tokens'>;
  private client?: Saved<'clientInformation'>;
  private verifier = '';
  private discovered?: Saved<'discoveryState'>;

  constructor(readonly redirectUrl = CALLBACK) {
    this.clientMetadata = { client_name: 'Test agent', redirect_uris: [redirectUrl] };
  }

  clientInformation() {
    return this.client;
  }

  saveClientInformation(client: Saved<'clientInformation'>) {
    this.client = client;
  }

  tokens() {
    return this.saved;
  }

  saveTokens(tokens: Saved<'tokens'>) {
    this.saved = tokens;
  }

  redirectToAuthorization(url: URL) {
    this.sentTo = url;
  }

  saveDiscoveryState(state: NonNullable<Saved<'discoveryState'>>) {
    this.discovered = state;
  }

  discoveryState() {
    return this.discovered;
  }

  saveCodeVerifier(verifier: string) {
    this.verifier = verifier;
  }

  codeVerifier() {
    return this.verifier;
  }
}

/** Connects the official client, by OAuth: `allow` is given the address that somebody is sent to, and gives the parameters that come back. */
export async function connectByOAuth(
  gateway: string,
  memory: Memory,
  allow: (address: URL) => Promise<URLSearchParams>,
): Promise<Client> {
  memory.sentTo = undefined;
  const client = () => new Client({ name: 'test', version: '1' });
  const transport = () => new StreamableHTTPClientTransport(new URL(`${gateway}/mcp`), { authProvider: memory });
  const first = transport();
  await client()
    .connect(first)
    .catch(() => {});
  if (memory.sentTo) await first.finishAuth(await allow(memory.sentTo));
  const connected = client();
  await connected.connect(transport());
  return connected;
}

/** Answers for somebody who pastes a secret and allows these APIs. */
export async function pasteSecret(address: URL, secret: string, apiIds: readonly string[]): Promise<URLSearchParams> {
  const browser = new OAuthBrowser(address.origin);
  const { uid } = await browser.begin(Object.fromEntries(address.searchParams));
  const answer = await browser.ask(uid, 'answer', { allow: { token: { secret }, apiIds } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return await browser.finish(((await answer.json()) as { location: string }).location);
}
