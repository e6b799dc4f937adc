import type { TokenState } from '@sluice/contracts/tokens/tokens';

export const tones = { active: 'good', disabled: 'warn', expired: 'plain', revoked: 'bad' } as const satisfies Record<
  TokenState,
  string
>;
