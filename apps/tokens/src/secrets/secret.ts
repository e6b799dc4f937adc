import { hashSecret } from '@sluice/runtime/secret-format';

/** The stored part of a secret: enough to recognise it, not to use it. */
export interface StoredSecret {
  secretHash: string;
  hint: string;
}

const HINT_LENGTH = 8;

/** The hash and the first 8 characters of a secret. */
export function storedSecret(secret: string): StoredSecret {
  return { secretHash: hashSecret(secret), hint: secret.slice(0, HINT_LENGTH) };
}
