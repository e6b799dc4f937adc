import type { GatewayConfig } from './gateway-config';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Gives the issuer of this installation's tokens for agents: the origin of its public address, whatever host a request names. Null where
 * OAuth is off: by the setting, or because secrets would travel over plain http.
 */
export function oauthIssuer({ SLUICE_OAUTH, SLUICE_PUBLIC_URL }: GatewayConfig): string | null {
  const { origin, protocol, hostname } = new URL(SLUICE_PUBLIC_URL);
  const isSafe = protocol === 'https:' || LOOPBACK.includes(hostname);
  return SLUICE_OAUTH === 'on' || (SLUICE_OAUTH === 'auto' && isSafe) ? origin : null;
}
