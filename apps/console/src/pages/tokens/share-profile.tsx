import type { ShareProfile } from '@sluice/contracts/tokens/share-profile';
import { useMemo } from 'react';
import { buttonClass } from '../../ui/button';

/** Offers the token's profile for Delta Sharing as a file, in the one moment in which its secret is at hand. */
export function ShareProfileLink({ name, profile }: { name: string; profile: ShareProfile }) {
  const href = useMemo(
    () => `data:application/json,${encodeURIComponent(JSON.stringify(profile, null, 2))}`,
    [profile],
  );
  return (
    <p>
      <a href={href} download={`${fileNameOf(name)}.share`} className={buttonClass()}>
        Download share profile
      </a>{' '}
      For pandas, Spark and others that read by Delta Sharing. It holds the token.
    </p>
  );
}

function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'token';
}
