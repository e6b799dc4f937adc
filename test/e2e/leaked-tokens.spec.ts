import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditEntry } from '@sluice/contracts/audit';
import { RotatedToken, Token } from '@sluice/contracts/tokens/tokens';
import { newSecret } from '@sluice/runtime/new-secret';
import { hashSecret } from '@sluice/runtime/secret-format';
import { z } from 'zod';
import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';

const URL_FOUND = 'https://git.example/org/repo/commit/1';

describe('secrets that were found in public', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scanner-'));
  const keysFile = join(folder, 'keys.json');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  writeFileSync(keysFile, JSON.stringify({ public_keys: [{ key_identifier: 'key-1', key: pem, is_current: true }] }));
  const stack = useStack({ gateways: 2, env: { SLUICE_SCANNER_KEYS_FILE: keysFile } });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Rows', 'csv', 'a\n1\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const assigned = async (name: string) => {
    const issued = await publisher.token(name);
    await publisher.assign(open.api.id, issued.token.id);
    return issued;
  };
  const statuses = (secret: string) =>
    Promise.all(stack.gateways.map(async (gateway) => (await read(gateway, 'rows', secret)).status));
  const report = (body: string, headers: Record<string, string>) =>
    answerTo(`${stack.url}/hooks/leaked-token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const signed = (body: string, over = body) => ({
    'github-public-key-identifier': 'key-1',
    'github-public-key-signature': sign('sha256', Buffer.from(over), privateKey).toString('base64'),
  });
  const matches = (...tokens: string[]) =>
    JSON.stringify(tokens.map((token) => ({ token, type: 'sluice_access_token', url: URL_FOUND, source: 'commit' })));
  const tokenOf = async (id: string) => Token.parse((await publisher.call('GET', `/tokens/${id}`)).json);

  it('are refused by every gateway once a scanner that signs is answered, with where they were found', async () => {
    const [leaked, other] = [await assigned('Leaked'), await assigned('Other')];
    expect(await statuses(leaked.secret)).toEqual([200, 200]);
    const unknown = newSecret('slc');
    const body = matches(leaked.secret, unknown, 'no secret at all');
    const answer = await report(body, signed(body));
    expect(answer).toMatchObject({ status: 200 });
    const label = (token: string, label: string) => ({
      token_hash: hashSecret(token),
      token_type: 'sluice_access_token',
      label,
    });
    expect(answer.json).toEqual([
      label(leaked.secret, 'true_positive'),
      label(unknown, 'false_positive'),
      label('no secret at all', 'false_positive'),
    ]);
    expect(await statuses(leaked.secret)).toEqual([401, 401]);
    expect(await statuses(other.secret)).toEqual([200, 200]);
    const leak = { source: 'commit', url: URL_FOUND };
    expect(await tokenOf(leaked.token.id)).toMatchObject({ state: 'revoked', leak });
    const audit = await publisher.call('GET', `/audit?resource=${leaked.token.id}&action=token.revoked`);
    const [entry] = z.object({ data: z.array(AuditEntry) }).parse(audit.json).data;
    expect(entry).toMatchObject({ actor: { id: 'key-1', name: 'secret scanner', kind: 'system' }, after: { leak } });
    expect(audit.text).not.toContain(leaked.secret);
  });

  it('end alone where they were rotated away and work on for a while', async () => {
    const { token, secret } = await assigned('Rotated');
    const rotated = RotatedToken.parse((await publisher.call('POST', `/tokens/${token.id}/rotate`, {})).json);
    expect(await statuses(secret)).toEqual([200, 200]);
    const body = matches(secret);
    expect(await report(body, signed(body))).toMatchObject({ status: 200, json: [{ label: 'true_positive' }] });
    expect(await statuses(secret)).toEqual([401, 401]);
    expect(await statuses(rotated.secret)).toEqual([200, 200]);
    expect(await tokenOf(token.id)).toMatchObject({ state: 'active', rotation: null, leak: { url: URL_FOUND } });
  });

  it('are not ended for one who neither signs nor has a key', async () => {
    const { secret } = await assigned('Kept');
    const body = matches(secret);
    const refused = { status: 401, json: { code: 'admin_key_required' } };
    expect(await report(body, {})).toMatchObject(refused);
    expect(await report(body, signed(body, `${body} `))).toMatchObject(refused);
    expect(await report(body, { ...signed(body), 'github-public-key-identifier': 'key-2' })).toMatchObject(refused);
    expect(await report(body, { authorization: `Bearer ${secret}` })).toMatchObject(refused);
    expect(await statuses(secret)).toEqual([200, 200]);
    expect(await report('{}', signed('{}'))).toMatchObject({ status: 422, json: { code: 'invalid_request' } });
  });

  // The last one: nothing can be managed with the key any more.
  it('can be reported with an admin key, be it that key itself', async () => {
    const { secret } = await assigned('Reported');
    const labels = await report(matches(secret, stack.adminKey), { authorization: `Bearer ${stack.adminKey}` });
    expect(labels).toMatchObject({ status: 200, json: [{ label: 'true_positive' }, { label: 'true_positive' }] });
    expect(await statuses(secret)).toEqual([401, 401]);
    expect(await publisher.call('GET', '/apis')).toMatchObject({ status: 401 });
  });
});
