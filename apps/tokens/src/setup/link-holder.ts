import type { Fault } from '@sluice/contracts/fault';
import { type AdminDoc, emailKeyOf } from '../stores/admin-doc';

/** Whether the link that the account holds is still good. */
export function isOpen({ invite }: AdminDoc, wallMs: number): boolean {
  return (invite?.expiresAt.getTime() ?? 0) > wallMs;
}

/** A link is for one person: who finds it without knowing whose it is cannot use it. */
export function emailFaults(email: string, { emailKey }: AdminDoc): Fault[] {
  if (emailKeyOf(email) === emailKey) return [];
  return [{ in: 'body', pointer: '/email', code: 'other_email', detail: 'The link is for another email' }];
}
