import type { TokenLimits } from '@sluice/contracts/tokens/token-limits';
import type { IssueToken, Token } from '@sluice/contracts/tokens/tokens';
import type { z } from 'zod';

type Amount = Exclude<keyof TokenLimits, 'allowedAddresses'>;

export const amounts = [
  'requestsPerSecond',
  'burst',
  'requestsPerDay',
  'requestsPerMonth',
  'rowsPerDay',
  'rowsPerMonth',
  'bytesPerDay',
  'bytesPerMonth',
  'queryMsPerDay',
  'queryMsPerMonth',
] as const satisfies readonly Amount[];

/** The content of the form: texts as they are typed. */
export interface TokenDraft {
  name: string;
  description: string;
  /** As a date field has it, in local time; empty is never. */
  expires: string;
  addresses: string;
  amounts: Readonly<Record<Amount, string>>;
}

export const emptyToken: TokenDraft = {
  name: '',
  description: '',
  expires: '',
  addresses: '',
  amounts: {
    requestsPerSecond: '',
    burst: '',
    requestsPerDay: '',
    requestsPerMonth: '',
    rowsPerDay: '',
    rowsPerMonth: '',
    bytesPerDay: '',
    bytesPerMonth: '',
    queryMsPerDay: '',
    queryMsPerMonth: '',
  },
};

export function draftOfToken({ name, description, expiresAt, limits }: Token): TokenDraft {
  const text = (amount: number | null) => (amount === null ? '' : String(amount));
  return {
    name,
    description,
    expires: expiresAt === null ? '' : localMoment(new Date(expiresAt)),
    addresses: limits.allowedAddresses?.join('\n') ?? '',
    amounts: Object.fromEntries(amounts.map((each) => [each, text(limits[each])])) as TokenDraft['amounts'],
  };
}

export function tokenOf({
  name,
  description,
  expires,
  addresses,
  amounts: typed,
}: TokenDraft): z.input<typeof IssueToken> {
  const listed = addresses.split(/[\s,]+/).filter((each) => each !== '');
  const limits: TokenLimits = {
    allowedAddresses: listed.length > 0 ? listed : null,
    ...(Object.fromEntries(amounts.map((each) => [each, typed[each] === '' ? null : Number(typed[each])])) as Readonly<
      Record<Amount, number | null>
    >),
  };
  return { name, description, expiresAt: expires === '' ? null : new Date(expires).toISOString(), limits };
}

/** As `datetime-local` writes it. */
export function localMoment(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
