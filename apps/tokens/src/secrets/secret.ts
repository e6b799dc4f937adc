import { randomBytes } from 'node:crypto';
import {
  BASE62,
  hashSecret,
  SECRET_BODY_LENGTH,
  type SecretPrefix,
  secretChecksum,
} from '@sluice/runtime/secret-format';

/** The stored part of a secret: enough to recognise it, not to use it. */
export interface StoredSecret {
  secretHash: string;
  hint: string;
}

/** Bytes from here on would favour the first characters of the alphabet: they are thrown away. */
const FAIR_BYTES = 256 - (256 % BASE62.length);
const HINT_LENGTH = 8;

/** A new secret with 256 random bits; `random` must be a CSPRNG. */
export function newSecret(prefix: SecretPrefix, random: (size: number) => Uint8Array = randomBytes): string {
  let secret = `${prefix}_`;
  const length = secret.length + SECRET_BODY_LENGTH;
  while (secret.length < length) {
    for (const byte of random(SECRET_BODY_LENGTH)) {
      if (byte < FAIR_BYTES && secret.length < length) secret += BASE62.charAt(byte % BASE62.length);
    }
  }
  return secret + secretChecksum(secret);
}

/** The hash and the first 8 characters of a secret. */
export function storedSecret(secret: string): StoredSecret {
  return { secretHash: hashSecret(secret), hint: secret.slice(0, HINT_LENGTH) };
}
