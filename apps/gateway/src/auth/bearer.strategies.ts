import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Verdict } from '@sluice/contracts/tokens';
import { hashSecret, isSecret, type SecretPrefix } from '@sluice/runtime/secret-format';
import { Strategy } from 'passport-http-bearer';
import type { VerdictCache } from './verdict-cache';
import { Verdicts } from './verdicts';

export const ACCESS_TOKEN = 'access-token';
export const ADMIN_KEY = 'admin-key';
const realm = 'sluice';

/** Consumers: `Authorization: Bearer slc_…` (RFC 6750 section 2.1). */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN) {
  constructor(private readonly verdicts: Verdicts) {
    super({ realm });
  }

  validate(secret: string): Promise<Verdict | false> {
    return judge(this.verdicts.tokens, 'slc', secret);
  }
}

/** Publishers and their automation: `Authorization: Bearer sla_…`. */
@Injectable()
export class AdminKeyStrategy extends PassportStrategy(Strategy, ADMIN_KEY) {
  constructor(private readonly verdicts: Verdicts) {
    super({ realm });
  }

  validate(secret: string): Promise<Verdict | false> {
    return judge(this.verdicts.adminKeys, 'sla', secret);
  }
}

/** A secret whose checksum is wrong was never ours: it costs no message. */
async function judge(cache: VerdictCache, prefix: SecretPrefix, secret: string): Promise<Verdict | false> {
  if (!isSecret(secret, prefix)) return false;
  return (await cache.check(hashSecret(secret))) ?? false;
}
