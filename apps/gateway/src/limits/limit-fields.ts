import { HttpProblem } from '../http/problem';

/** One limit as callers are told of it: `quota` units in any `windowSeconds`, of which `remaining` are left for `resetSeconds`. */
export interface PolicyState {
  name: string;
  quota: number;
  windowSeconds: number;
  /** Requests unless said otherwise. */
  unit?: 'rows';
  remaining: number;
  resetSeconds: number;
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers, sections 3 and 4: structured lists of strings with parameters. */
export function limitFields(policies: readonly PolicyState[]): Record<string, string> {
  const policy = policies.map(({ name, quota, windowSeconds, unit }) => {
    return `"${name}";q=${quota};w=${windowSeconds}${unit ? `;qu="${unit}"` : ''}`;
  });
  const state = policies.map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`);
  return { 'ratelimit-policy': policy.join(', '), ratelimit: state.join(', ') };
}

/** The problem type that the draft registers in section 5. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** A limit was reached: which one, and when it makes sense to come again. */
export class LimitReached extends HttpProblem {
  override readonly members: Readonly<Record<string, unknown>>;

  constructor(code: 'rate_limited' | 'quota_exceeded', detail: string, violated: PolicyState, retrySeconds: number) {
    super(code, detail, { 'retry-after': String(Math.max(1, Math.ceil(retrySeconds))) });
    this.members = { type: QUOTA_EXCEEDED, 'violated-policies': [violated.name] };
  }
}
