import { z } from 'zod';

/** SHA-256 of a whole secret, lower-case hex: the only form in which a secret is stored or travels between services. */
export const SecretHash = z.string().regex(/^[0-9a-f]{64}$/);
