import { AccessTokenGuard } from '../apps/gateway/src/auth/bearer.guard';
import { actAsToken } from '../apps/gateway/src/auth/caller';
import { Limits } from '../apps/gateway/src/limits/limits';
import '../apps/gateway/src/main';

/**
 * A gateway without the stages of authentication and limits, to hold one with them against: every caller is the token that
 * the environment names. Everything else is the product's own.
 */
const verdict = { id: process.env.BENCH_TOKEN_ID ?? '', remainingMs: null, asOf: 0 };

AccessTokenGuard.prototype.authenticate = (request) => {
  actAsToken(request, verdict);
  return verdict;
};
Limits.prototype.charge = () => undefined;
