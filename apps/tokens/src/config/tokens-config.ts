import { isSecret } from '@sluice/runtime/secret-format';
import { serviceEnvironment } from '@sluice/runtime/service-environment';
import { z } from 'zod';

/** The environment of the tokens service. */
export const TokensConfig = serviceEnvironment.extend({
  SLUICE_ADMIN_KEY: z
    .string()
    .refine((text) => isSecret(text, 'sla'), 'must be an admin key: sla_, 43 characters and a checksum of 6')
    .optional(),
  /** Whether documents of OAuth clients may lie at loopback and private addresses: for development alone. */
  SLUICE_OAUTH_PRIVATE_CLIENTS: z.stringbool().default(false),
});
export type TokensConfig = z.output<typeof TokensConfig>;

export const TOKENS_CONFIG = Symbol('TokensConfig');
