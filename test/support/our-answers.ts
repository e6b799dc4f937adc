import type { Answer } from './publisher';

/** Holds that an answer is one of ours: no failure, and a refusal as a problem document that tells nothing of our insides. */
export function isOurs(answer: Answer, what: string): void {
  if (answer.status >= 500) throw new Error(`${what}: ${answer.status} ${answer.text}`);
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text).not.toMatch(/\bat .+\.js:|node_modules|Mongo|E11000|DuckDB|Binder Error/);
  }
}
