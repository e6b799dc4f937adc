import { createHmac, createPrivateKey } from 'node:crypto';
import type { JWK } from 'oidc-provider';
import type { StoredKeys } from '../cursor-key/cursor-key.store';

/** The head of an Ed25519 key in PKCS #8 (RFC 8410 section 7); the 32 bytes of the key follow. */
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The keys of the authorization server: out of the installation's, so that every replica has the same and a rotation reaches them. */
export interface ServerKeys {
  /** Sign the cookies that tie a question to the browser that asked it; the first one signs. */
  cookies: string[];
  /** The library wants one; nothing is signed with it, since access tokens are opaque and there are no ID tokens. */
  signing: JWK;
}

export function serverKeys({ signing, others }: Pick<StoredKeys, 'signing' | 'others'>): ServerKeys {
  const seed = derive(signing, 'oauth-signing');
  const key = createPrivateKey({ key: Buffer.concat([ED25519_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return {
    cookies: [signing, ...others].map((each) => derive(each, 'oauth-cookies').toString('base64')),
    signing: { ...key.export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA', kid: 'current' } as JWK,
  };
}

function derive(installation: string, use: string): Buffer {
  return createHmac('sha256', Buffer.from(installation, 'base64')).update(use).digest();
}
