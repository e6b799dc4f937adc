import { randomBytes } from 'node:crypto';
import { BASE62, SECRET_BODY_LENGTH, type SecretPrefix, secretChecksum } from './secret-format';

/** Bytes from here on would favour the first characters of the alphabet: they are thrown away. */
const FAIR_BYTES = 256 - (256 % BASE62.length);

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
