import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf } from '@sluice/contracts/contract';
import type { Session, signIn } from '@sluice/contracts/tokens/sessions';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { SAFE_METHODS } from '../http/safe-methods';
import { AdminVerdicts } from '../verdicts/admin-verdicts';
import { actAsAdmin } from './caller';
import { ConsoleCookie } from './console-cookie';
import { Judgement } from './judgement';
import { expectConsole } from './same-origin';

const MAX_ENDED = 10_000;
/** The longest that browsers keep a cookie (RFC 6265bis section 5.5): 400 days. */
const MARK_SECONDS = 400 * 24 * 3_600;
const MAX_MARK_LENGTH = 256;
const DETAIL = 'sign in, or send a valid admin key in the header: Authorization: Bearer …';

/** Sessions of browsers: the cookie that carries their secret, and the requests that it lets pass. */
@Injectable()
export class BrowserSessions {
  private readonly cookie: ConsoleCookie;
  private readonly mark: ConsoleCookie;
  /** A session that is over stays so: a page that goes on asking costs nothing, and is no failure of its address. */
  private readonly ended = new LRUCache<string, true>({ max: MAX_ENDED });

  constructor(
    private readonly verdicts: AdminVerdicts,
    private readonly judgement: Judgement,
    @Inject(GATEWAY_CONFIG) config: GatewayConfig,
  ) {
    this.cookie = new ConsoleCookie(config.SLUICE_PUBLIC_URL, 'sluice_session');
    this.mark = new ConsoleCookie(config.SLUICE_PUBLIC_URL, 'sluice_browser', MARK_SECONDS);
  }

  /** A key in the header is what the caller chose; a browser adds the cookie by itself. */
  isOffered(request: FastifyRequest): boolean {
    return request.headers.authorization === undefined && this.secretOf(request) !== undefined;
  }

  /** Lets the request pass as the admin who is signed in. What changes something must come from the console itself. */
  async admit(request: FastifyRequest): Promise<void> {
    if (!SAFE_METHODS.includes(request.method)) expectConsole(request);
    const secret = this.secretOf(request) ?? '';
    const verdict = this.ended.has(hashSecret(secret))
      ? false
      : await this.judgement.verify(this.verdicts.sessions, 'sls', secret, request.ip);
    if (verdict) return actAsAdmin(request, verdict);
    this.ended.set(hashSecret(secret), true);
    throw new HttpProblem('admin_key_required', {
      detail: DETAIL,
      headers: { 'www-authenticate': 'Bearer realm="sluice"' },
    });
  }

  /** Tells whether the session of a request that was let pass is good still; that is no use of it. Fails where nobody can tell. */
  async isStillGood(request: FastifyRequest): Promise<boolean> {
    return (await this.verdicts.watchedSessions.check(hashSecret(this.secretOf(request) ?? ''))) !== null;
  }

  /** Gives the secret to the browser, and to nobody else, with the mark that it keeps beyond the session. */
  begin(reply: FastifyReply, { session, secret, browser }: ReplyOf<typeof signIn>): Session {
    const cookies = [this.cookie.carrying(secret), ...(browser ? [this.mark.carrying(browser)] : [])];
    reply.header('cache-control', 'no-store').header('set-cookie', cookies);
    return session;
  }

  forget(reply: FastifyReply): void {
    reply.header('set-cookie', this.cookie.cleared());
  }

  /** Reads the mark of a browser in which somebody has signed in before; whether it is ours only tokens can tell. */
  markOf(request: FastifyRequest): string | undefined {
    const mark = this.mark.read(request.headers.cookie);
    return mark !== undefined && mark.length <= MAX_MARK_LENGTH ? mark : undefined;
  }

  private secretOf(request: FastifyRequest): string | undefined {
    return this.cookie.read(request.headers.cookie);
  }
}
