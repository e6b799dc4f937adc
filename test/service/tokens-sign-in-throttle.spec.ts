import { createAdminKey } from '@sluice/contracts/tokens/admins';
import { changePassword, createPasswordLink, resetPassword, signIn } from '@sluice/contracts/tokens/sessions';
import type { ServiceError } from '@sluice/messaging/service-error';
import { systemClock } from '@sluice/runtime/clock';
import { hashSecret } from '@sluice/runtime/secret-format';
import { PASSWORD, useAdmins } from './use-admins';

const FREE_AT_ADDRESS = 5;
const FREE_OF_ACCOUNT = 50;

describe('somebody who guesses at an account', () => {
  const there = useAdmins(async () => {});
  const ATTACKER = '203.0.113.1';
  const HOME = '192.0.2.7';
  const emailOf = (name: string) => `${name}@example.com`;

  /** One attempt; the code of its refusal, or `signed in`. */
  const attempt = (name: string, password: string, address: string, browser?: string): Promise<string> =>
    there.services.request(signIn, { email: emailOf(name), password, address, browser }).then(
      () => 'signed in',
      ({ code }: ServiceError) => code,
    );
  const markOf = async (name: string): Promise<string> => {
    const asked = { email: emailOf(name), password: PASSWORD, address: HOME };
    const { browser } = await there.services.request(signIn, asked);
    return browser ?? '';
  };
  /** Uses up what all unknown browsers together have: from address after address, a few each. */
  const attackFromEverywhere = async (name: string) => {
    const codes: string[] = [];
    for (let index = 0; index < FREE_OF_ACCOUNT + 2; index++) {
      codes.push(await attempt(name, 'guess', `198.51.100.${Math.floor(index / (FREE_AT_ADDRESS - 1))}`));
    }
    return codes;
  };

  /** Delays end by the wall clock alone: it stands, so that no number of attempts takes a second of it. */
  let nowMs = Date.now();

  beforeAll(async () => {
    jest.spyOn(systemClock, 'wallMs').mockImplementation(() => nowMs);
    for (const name of ['one', 'patient', 'many', 'shared', 'other', 'own', 'inside'])
      await there.member('viewer', name);
  });

  afterAll(() => jest.restoreAllMocks());

  test('from one address keeps nobody else out, however often it tries', async () => {
    const codes: string[] = [];
    for (let index = 0; index < 2 * FREE_OF_ACCOUNT; index++) codes.push(await attempt('one', 'guess', ATTACKER));
    expect(codes.slice(0, FREE_AT_ADDRESS)).toEqual(Array(FREE_AT_ADDRESS).fill('sign_in_failed'));
    expect(new Set(codes.slice(FREE_AT_ADDRESS))).toEqual(new Set(['too_many_failures']));
    expect(await attempt('one', PASSWORD, ATTACKER)).toBe('too_many_failures');
    expect(await attempt('one', PASSWORD, HOME)).toBe('signed in');
  });

  test('waits two seconds first, then twice as long each time, and no longer than it was told', async () => {
    const code = () => attempt('patient', 'guess', '203.0.113.2');
    for (let index = 0; index < FREE_AT_ADDRESS; index++) expect(await code()).toBe('sign_in_failed');
    for (const seconds of [2, 4, 8]) {
      nowMs += seconds * 1_000 - 1;
      expect(await code()).toBe('too_many_failures');
      nowMs += 1;
      expect(await code()).toBe('sign_in_failed');
    }
  });

  test('from everywhere gets so many guesses, asks a new browser for more than waiting, and keeps out none that is known', async () => {
    const id = (await there.services.request(signIn, { email: emailOf('many'), password: PASSWORD, address: HOME }))
      .session.admin.id as string;
    const mark = await markOf('many');
    const { secret: keySecret } = await there.services.request(createAdminKey, { adminId: id, name: 'CI' });
    const codes = await attackFromEverywhere('many');
    const guesses = codes.filter((code) => code === 'sign_in_failed').length;
    expect(guesses).toBeLessThanOrEqual(FREE_OF_ACCOUNT);
    expect(codes.at(-1)).toBe('too_many_failures');
    const asked = { email: emailOf('many'), password: PASSWORD, address: '192.0.2.99' };
    const refusal = await there.services.request(signIn, asked).catch((error: ServiceError) => error);
    expect(refusal).toMatchObject({
      code: 'too_many_failures',
      detail: expect.stringMatching(
        /^try again in \d+ s; or sign in in a browser in which you did before, with an admin key/,
      ),
    });
    expect(await attempt('many', PASSWORD, HOME, mark)).toBe('signed in');
    // Behind an address that has used up its own failures, too.
    for (let index = 0; index < 25; index++) await attempt(`nobody-${index}`, 'guess', HOME);
    expect(await attempt('other', PASSWORD, HOME)).toBe('too_many_failures');
    expect(await attempt('many', PASSWORD, HOME, mark)).toBe('signed in');
    const byKey = { keyHash: hashSecret(keySecret), address: '192.0.2.99' };
    expect((await there.services.request(signIn, byKey)).session.admin.id).toBe(id);
    const { secret } = await there.services.request(createPasswordLink, { adminId: id });
    const reset = { secretHash: hashSecret(secret), email: emailOf('many'), password: PASSWORD, address: '192.0.2.99' };
    expect((await there.services.request(resetPassword, reset)).session.admin.id).toBe(id);
  });

  test('in a browser that is known gets no more guesses than in any other', async () => {
    const mark = await there.services
      .request(signIn, { email: emailOf('own'), password: PASSWORD, address: '192.0.2.8' })
      .then(({ browser }) => browser ?? '');
    const again = { email: emailOf('own'), password: PASSWORD, address: '192.0.2.8', browser: mark };
    expect((await there.services.request(signIn, again)).browser).toBe(mark);
    const codes: string[] = [];
    for (let index = 0; index < 8; index++) codes.push(await attempt('own', 'guess', `203.0.113.${index}`, mark));
    expect(codes).toEqual([...Array(5).fill('sign_in_failed'), ...Array(3).fill('too_many_failures')]);
  });

  test('with a mark that is made up, changed, or of another account counts as unknown', async () => {
    const mark = await there.services
      .request(signIn, { email: emailOf('other'), password: PASSWORD, address: '192.0.2.9' })
      .then(({ browser }) => browser ?? '');
    const [id, adminId, seal = ''] = mark.split('.');
    const last = seal.endsWith('A') ? 'B' : 'A';
    const marks = [
      mark,
      `${id}.${adminId}.${seal.slice(0, -2)}${last}A`,
      `brw_x.${adminId}.${seal}`,
      `${mark}.x`,
      'x',
      '',
    ];
    // Each of them tries the account of somebody else from one address: it is one count.
    const codes: string[] = [];
    for (const each of [...marks, ...marks]) codes.push(await attempt('shared', 'guess', '203.0.113.77', each));
    expect(codes.filter((code) => code === 'sign_in_failed')).toHaveLength(FREE_AT_ADDRESS);
  });

  test('from outside keeps nobody from changing their password', async () => {
    const started = await there.services.request(signIn, {
      email: emailOf('inside'),
      password: PASSWORD,
      address: '192.0.2.10',
    });
    await attackFromEverywhere('inside');
    const { id: sessionId } = await there.verify(started.secret);
    const passwords = { current: PASSWORD, next: 'another battery of horses' };
    await there.services.request(changePassword, { ...passwords, sessionId, address: '192.0.2.10' });
  });
});
