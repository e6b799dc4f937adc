import { readFileSync } from 'node:fs';
import type { Stack } from './stack';

const PARTS = ['gateway-1', 'gateway-2', 'tokens-1', 'tokens-2'];

/** Holds that sign-ins were logged, but no secret of any kind and none of these texts. */
export function expectNoSecretsInLogs(stack: Stack, hidden: readonly string[]): void {
  const logs = PARTS.map((name) => readFileSync(stack.log(name), 'utf8')).join();
  expect(logs).toContain('/manage/v1/session');
  expect(logs).not.toMatch(/sl[asi]_[0-9A-Za-z]{20}/);
  for (const text of hidden) expect(logs).not.toContain(text);
}
