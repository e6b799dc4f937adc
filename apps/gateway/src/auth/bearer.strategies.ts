import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { AdminVerdict } from '@sluice/contracts/tokens/admin-verdicts';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { Strategy } from 'passport-http-bearer';
import { AdminVerdicts } from '../verdicts/admin-verdicts';
import { Verdicts } from '../verdicts/verdicts';
import { Judgement } from './judgement';

export const ACCESS_TOKEN = 'access-token';
export const ADMIN_KEY = 'admin-key';
const options = { realm: 'sluice', passReqToCallback: true } as const;

/** All that a strategy gets to see of a request. */
export interface Credentials {
  headers: { authorization: string | undefined };
  /** The client's address. */
  ip: string;
}

/** Consumers: `Authorization: Bearer slc_…` (RFC 6750 section 2.1). */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN) {
  constructor(
    private readonly verdicts: Verdicts,
    private readonly judgement: Judgement,
  ) {
    super(options);
  }

  validate({ ip }: Credentials, secret: string): Promise<Verdict | false> {
    return this.judgement.verify(this.verdicts.tokens, 'slc', secret, ip);
  }
}

/** Publishers and their automation: `Authorization: Bearer sla_…`. */
@Injectable()
export class AdminKeyStrategy extends PassportStrategy(Strategy, ADMIN_KEY) {
  constructor(
    private readonly verdicts: AdminVerdicts,
    private readonly judgement: Judgement,
  ) {
    super(options);
  }

  validate({ ip }: Credentials, secret: string): Promise<AdminVerdict | false> {
    return this.judgement.verify(this.verdicts.keys, 'sla', secret, ip);
  }
}
