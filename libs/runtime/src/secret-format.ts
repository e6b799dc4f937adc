import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The first letters of a secret, before the `_`: of access tokens, admin keys, sessions, one-time links, and access tokens of agents that OAuth issues. */
export type SecretPrefix = 'slc' | 'sla' | 'sls' | 'sli' | 'slo';

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 characters of base 62 carry 256 random bits. */
export const SECRET_BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX_LENGTH = 'slc_'.length;

/** CRC-32 of prefix and body in 6 characters of base 62: a mistyped secret is known as such without asking anyone. */
export function secretChecksum(prefixAndBody: string): string {
  let checksum = '';
  for (let rest = crc32(prefixAndBody), i = 0; i < CHECKSUM_LENGTH; i++, rest = Math.floor(rest / BASE62.length))
    checksum = BASE62.charAt(rest % BASE62.length) + checksum;
  return checksum;
}

/** Whether a text is written like a secret of this kind; says nothing of whether it was ever issued. */
export function isSecret(text: string, prefix: SecretPrefix): boolean {
  const length = PREFIX_LENGTH + SECRET_BODY_LENGTH + CHECKSUM_LENGTH;
  if (text.length !== length || !text.startsWith(`${prefix}_`) || !/^[0-9A-Za-z]+$/.test(text.slice(PREFIX_LENGTH)))
    return false;
  return secretChecksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** SHA-256, lower-case hex: 256 random bits need no slow hash (OWASP ASVS 5, 6.5.2). */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
