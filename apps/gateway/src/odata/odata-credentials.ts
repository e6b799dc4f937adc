import type { FastifyRequest } from 'fastify';

/** The challenge of refused requests: programs for spreadsheets know Basic alone (RFC 7617), others Bearer (RFC 6750). */
export const CHALLENGE = 'Basic realm="sluice", charset="UTF-8", Bearer realm="sluice"';

const MAX_HEADER_LENGTH = 512;

/**
 * Makes a token that was sent as the password of Basic authentication the bearer token that it is, whatever the user name.
 * What cannot be read stays, and is refused as any other scheme is.
 */
export function takeBasicToken({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const { authorization } = headers;
  if (authorization === undefined || authorization.length > MAX_HEADER_LENGTH) return;
  const [, encoded] = /^basic +([\w+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return;
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  const secret = pair.slice(colon + 1);
  // A bearer token has no other characters (RFC 6750 section 2.1).
  if (colon >= 0 && /^[\w.~+/-]+=*$/.test(secret)) headers.authorization = `Bearer ${secret}`;
}
