import { ClientDocument, missingOpenssl } from '../support/client-document';
import { issued, OAuthFlow, statusAt } from '../support/oauth-flow';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const suffix = missingOpenssl === undefined ? '' : ` (skipped: ${missingOpenssl})`;
const withWebsite = missingOpenssl === undefined ? describe : describe.skip;
const website = new ClientDocument();
beforeAll(() => website.start());
afterAll(() => website.stop());

const begin = async (origin: string, path: string) => {
  const flow = new OAuthFlow(origin, '127.0.0.1');
  flow.clientId = website.address(path);
  return { flow, ...(await flow.browser.begin(flow.parameters())) };
};

withWebsite(`an agent that is known by a document${suffix}`, () => {
  const trusting = { NODE_EXTRA_CA_CERTS: website.certificate, SLUICE_OAUTH_PRIVATE_CLIENTS: 'true' };
  const stack = useStack({ env: trusting });
  const publisher = new Publisher(stack);

  it('connects without being registered, and is shown by the name that the document has', async () => {
    const { api, secret, tokenId } = await publisher.publish('OAuth documents', 'csv', 'id\n1\n');
    await waitFor('the API', async () => (await read(stack.url, api.path, secret)).status === 200);
    const { flow, uid } = await begin(stack.url, '/client');
    const asked = await flow.browser.ask(uid, 'question');
    expect(await asked.json()).toMatchObject({
      client: { id: flow.clientId, name: 'Known by a document', redirectHost: '127.0.0.1' },
    });
    const { access_token: token, refresh_token: next } = await issued(
      await flow.change(await flow.code(secret, [api.id])),
    );
    expect(await statusAt(stack.url, token)).toBe(200);
    await issued(await flow.refresh(next));
    const { data } = (await publisher.call('GET', `/tokens/${tokenId}/agents`)).json as { data: { client: object }[] };
    expect(data).toEqual([expect.objectContaining({ client: expect.objectContaining({ id: flow.clientId }) })]);
    expect(website.asked).toEqual(['/client']);
  });

  it.each(['/moved', '/huge', '/other'])(
    'is refused for a document that leads elsewhere, is too large or is of another: %s',
    async (path) => {
      const { response, uid } = await begin(stack.url, path);
      expect([response.status, uid]).toEqual([400, '']);
      expect(website.asked.at(-1)).toBe(path);
    },
  );
});

withWebsite(`an agent whose document lies inside${suffix}`, () => {
  const stack = useStack({ env: { NODE_EXTRA_CA_CERTS: website.certificate } });

  it('is refused, and its address is not asked', async () => {
    const before = website.asked.length;
    const { response, uid } = await begin(stack.url, '/inside');
    expect([response.status, uid]).toEqual([400, '']);
    expect(website.asked.length).toBe(before);
  });
});
