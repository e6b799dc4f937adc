import { openLinkRules } from '@sluice/contracts/link-rules';
import { hashSecret } from '@sluice/runtime/secret-format';
import { type Capability, LinkSeal } from '../../apps/gateway/src/links/link-seal';
import type { InstallationKey } from '../../apps/gateway/src/reading/installation-key';
import { answerTo } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { type ApiOfATest, addApi, changeApi, INSTALLATION_KEY } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const HOUR_SECONDS = 3_600;

describe('a link that was sealed an hour ago', () => {
  const gateway = useGateway();
  const keys = { fetch: async () => ({ key: INSTALLATION_KEY, others: [], olderNamesUntilMs: 0 }) };
  const seal = new LinkSeal(keys as unknown as InstallationKey);

  /** Asks for a link as it was made an hour ago, for two. */
  async function follow({ route, secret }: ApiOfATest, more: Partial<Capability>) {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const sealed = await seal.seal({
      ...{ apiId: route.apiId, secretHash: hashSecret(secret), format: 'json', query: '_format=json' },
      ...{ snapshot: route.snapshot, version: 1, expiresAt: nowSeconds + HOUR_SECONDS },
      madeAt: nowSeconds - HOUR_SECONDS,
      ...more,
    });
    return answerTo(`${gateway.url}/links/${sealed}/rows-v1.json`);
  }

  it('is good no longer than its publisher allows by now', async () => {
    const api = addApi('link-rules', [{ id: 1 }]);
    await waitFor('the API', async () => (await follow(api, {})).status === 200);
    const { route } = api;
    const links = { ...openLinkRules, maxSeconds: HOUR_SECONDS / 2 };
    changeApi({ ...route, settings: { ...route.settings, links } });
    await waitFor('the end', async () => (await follow(api, {})).status === 410);
    expect((await follow(api, {})).json).toMatchObject({
      code: 'link_expired',
      detail: expect.stringContaining('1800'),
    });
  });

  it('by an earlier release, without an id, is good until it expires', async () => {
    const api = addApi('earlier-link', [{ id: 1 }]);
    await waitFor('the rows', async () => (await follow(api, { madeAt: undefined })).text.includes('"id":1'));
    const expiresAt = Math.floor(Date.now() / 1_000) - 1;
    expect((await follow(api, { madeAt: undefined, expiresAt })).json).toMatchObject({ code: 'link_expired' });
  });
});
