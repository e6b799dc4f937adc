import { z } from 'zod';
import { Timestamp } from '../page';
import { IssuedToken, RotatedToken } from './tokens';

/** What readers of Delta Sharing are given as a file (`.share`): where to ask, and with which token (its protocol, "Profile File Format"). */
export const ShareProfile = z
  .object({
    shareCredentialsVersion: z.literal(1),
    endpoint: z.string(),
    bearerToken: z.string(),
    expirationTime: Timestamp.optional(),
  })
  .meta({ id: 'ShareProfile', description: 'Save it as a file: programs that read by Delta Sharing open it' });
export type ShareProfile = z.infer<typeof ShareProfile>;

const withProfile = { shareProfile: ShareProfile };

/** A token in the one moment in which its secret can be seen. */
export const HandedToken = IssuedToken.extend(withProfile).meta({ id: 'HandedToken' });
export const RehandedToken = RotatedToken.extend(withProfile).meta({ id: 'RehandedToken' });
