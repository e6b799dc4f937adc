import { HttpProblem } from '../http/problem';

/** One limit as callers are told of it: `quota` units in any `windowSeconds`. */
export interface Policy {
  name: string;
  quota: number;
  windowSeconds: number;
  /** Requests unless said otherwise. `content-bytes` is the draft's own (section 2.3); rows and milliseconds are ours. */
  unit?: 'rows' | 'content-bytes' | 'milliseconds';
}

/** RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers, section 3: a structured list of strings with parameters. */
export function policyField(policies: readonly Policy[]): string {
  return policies
    .map(
      ({ name, quota, windowSeconds, unit }) => `"${name}";q=${quota};w=${windowSeconds}${unit ? `;qu="${unit}"` : ''}`,
    )
    .join(', ');
}

/** A member of RateLimit, section 4 of the same: what is left of a policy, and for how many seconds. */
export function stateField(name: string, remaining: number, resetSeconds: number): string {
  return `"${name}";r=${remaining};t=${resetSeconds}`;
}

/** The problem type that the draft registers in section 5. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** A limit was reached: which one, and when it makes sense to come again. */
export class LimitReached extends HttpProblem {
  override readonly members: Readonly<Record<string, unknown>>;

  constructor(code: 'rate_limited' | 'quota_exceeded', detail: string, policyName: string, retrySeconds: number) {
    super(code, { detail, headers: { 'retry-after': String(Math.max(1, Math.ceil(retrySeconds))) } });
    this.members = { type: QUOTA_EXCEEDED, 'violated-policies': [policyName] };
  }
}
