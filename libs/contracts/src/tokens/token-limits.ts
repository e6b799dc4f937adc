import { z } from 'zod';

const MAX_ADDRESSES = 100;
const MAX_REQUESTS = 1_000_000;
const MAX_BURST = 10_000_000;

/** An IPv4 or IPv6 address, or a block of them in CIDR notation. */
const AddressBlock = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'not an address, nor a block such as 10.0.0.0/8',
);
const AllowedAddresses = z
  .array(AddressBlock)
  .min(1)
  .max(MAX_ADDRESSES)
  .nullable()
  .meta({ description: 'The only addresses that may use the token; null is any', example: ['192.0.2.0/24'] });
const RequestsPerSecond = z.int().min(1).max(MAX_REQUESTS).nullable();
const Burst = z.int().min(1).max(MAX_BURST).nullable().meta({
  description:
    'Requests that may come at once, at least requestsPerSecond: at most so many in any burst / requestsPerSecond seconds',
});
const Quota = z.int().min(0).nullable();

const BytesQuota = Quota.meta({
  description: 'Bytes of the bodies of answers, as they are sent: packed ones count packed',
});
const QueryMsQuota = Quota.meta({
  description: 'Milliseconds that queries take, without what they wait for their turn',
});

const firstLimits = {
  allowedAddresses: AllowedAddresses,
  requestsPerSecond: RequestsPerSecond,
  burst: Burst,
  requestsPerDay: Quota,
  requestsPerMonth: Quota,
  rowsPerDay: Quota,
  rowsPerMonth: Quota,
};
/** Limits that the release before does not tell of. */
const laterLimits = {
  bytesPerDay: BytesQuota,
  bytesPerMonth: BytesQuota,
  queryMsPerDay: QueryMsQuota,
  queryMsPerMonth: QueryMsQuota,
};

/** The limits of a token, over all gateways together; null is no limit. Days and months are those of UTC. */
export const TokenLimits = z
  .strictObject({
    ...firstLimits,
    bytesPerDay: BytesQuota.default(null),
    bytesPerMonth: BytesQuota.default(null),
    queryMsPerDay: QueryMsQuota.default(null),
    queryMsPerMonth: QueryMsQuota.default(null),
  })
  .meta({ id: 'TokenLimits' });
export type TokenLimits = z.infer<typeof TokenLimits>;

/** The limits as a publisher sends them: an absent member stays as it is, which a default would undo. */
export const TokenLimitsChange = z
  .strictObject({ ...firstLimits, ...laterLimits })
  .partial()
  .meta({ id: 'TokenLimitsChange' });
export type TokenLimitsChange = z.infer<typeof TokenLimitsChange>;

export const noLimits: TokenLimits = {
  allowedAddresses: null,
  requestsPerSecond: null,
  burst: null,
  requestsPerDay: null,
  requestsPerMonth: null,
  rowsPerDay: null,
  rowsPerMonth: null,
  bytesPerDay: null,
  bytesPerMonth: null,
  queryMsPerDay: null,
  queryMsPerMonth: null,
};

/**
 * Gives limits as they are told and stored: those that the release before does not know stand there only where they are set. It refuses what it does
 * not know of, and so a token that it could not limit.
 */
export function withoutUnset(limits: TokenLimits): TokenLimits {
  const told = Object.entries(limits).filter(([name, value]) => !Object.hasOwn(laterLimits, name) || value !== null);
  // What is left out is null to whoever reads it.
  return Object.fromEntries(told) as TokenLimits;
}
