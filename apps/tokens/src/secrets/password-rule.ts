import type { Fault } from '@sluice/contracts/fault';

interface Person {
  name: string;
  email: string;
}

/** Length is the contract's rule; beyond it a password must not be what everybody knows of its owner. */
export function passwordFaults(password: string, { name, email }: Person, pointer: string): Fault[] {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
  const known = [name, email, email.split('@')[0] ?? ''].map(plain);
  if (!known.includes(plain(password))) return [];
  return [{ in: 'body', pointer, code: 'guessable', detail: 'The password must not be the name or the email' }];
}
