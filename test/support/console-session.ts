import type { Admin, InvitedAdmin, Role } from '@sluice/contracts/tokens/admins';
import type { Session } from '@sluice/contracts/tokens/sessions';
import type { z } from 'zod';
import { type Answer, answerTo } from './publisher';

/** The password of every account in tests. */
export const PASSWORD = 'correct horse battery staple';

/** A browser with the console open: it keeps the session's cookie and says where its requests come from. */
export class ConsoleSession {
  private constructor(
    readonly url: string,
    readonly cookie: string,
    readonly session: Session,
  ) {}

  /** Signs in at one gateway. */
  static async signIn(url: string, body: object): Promise<ConsoleSession> {
    return ConsoleSession.of(url, await signIn(url, body));
  }

  /** The browser that got this answer. */
  static of(url: string, answer: Answer): ConsoleSession {
    if (answer.status !== 201) throw new Error(`${answer.status} instead of 201: ${answer.text}`);
    return new ConsoleSession(url, answer.headers.get('set-cookie')?.split(';')[0] ?? '', answer.json as Session);
  }

  /** A management request with the cookie, at the gateway of the sign-in or at another one. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    url = this.url,
  ): Promise<Answer> {
    return answerTo(`${url}/manage/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        'sluice-console': '1',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}

export function signIn(url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return answerTo(`${url}/manage/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Spends a one-time link. */
export function completeSetup(url: string, body: object): Promise<Answer> {
  return answerTo(`${url}/manage/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Spends a link for a new password. */
export function resetPassword(url: string, body: object): Promise<Answer> {
  return answerTo(`${url}/manage/v1/setup/password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Somebody whom the owner invited, signed in. */
export async function member(
  owner: ConsoleSession,
  role: Role,
  name: string,
): Promise<{ admin: Admin; browser: ConsoleSession }> {
  const email = `${name}@example.com`;
  const invited = await owner.call('POST', '/admins/invites', { name, email, role });
  if (invited.status !== 201) throw new Error(`${invited.status} instead of 201: ${invited.text}`);
  const { admin, secret } = invited.json as z.output<typeof InvitedAdmin>;
  const accepted = await completeSetup(owner.url, { secret, name, email, password: PASSWORD });
  return { admin, browser: ConsoleSession.of(owner.url, accepted) };
}
