import { isSecret } from '@sluice/runtime/secret-format';
import { serviceEnvironment } from '@sluice/runtime/service-environment';
import { z } from 'zod';

/** The environment of the tokens service. */
export const TokensConfig = serviceEnvironment.extend({
  SLUICE_ADMIN_KEY: z
    .string()
    .refine((text) => isSecret(text, 'sla'), 'must be an admin key: sla_, 43 characters and a checksum of 6')
    .optional(),
});
export type TokensConfig = z.output<typeof TokensConfig>;

export const TOKENS_CONFIG = Symbol('TokensConfig');
