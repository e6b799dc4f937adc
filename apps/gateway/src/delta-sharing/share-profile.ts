import type { ShareProfile } from '@sluice/contracts/tokens/share-profile';
import type { Token } from '@sluice/contracts/tokens/tokens';
import { SHARING_PREFIX } from './sharing-address';

/** Writes the profile of a token whose secret is at hand. */
export function shareProfileOf({ expiresAt }: Token, secret: string, publicUrl: string): ShareProfile {
  return {
    shareCredentialsVersion: 1,
    endpoint: `${publicUrl}${SHARING_PREFIX}/`,
    bearerToken: secret,
    ...(expiresAt !== null && { expirationTime: expiresAt }),
  };
}
