import { busUsers, messages, ownerOf } from '@sluice/contracts/bus/bus-users';
import { type BusUserName, busUserNames } from '@sluice/contracts/bus-user-names';
import { addressedSubject } from '@sluice/contracts/contract';
import type { NatsUser, Permissions } from './nats-authorization';

/**
 * Lists what a user may do: make and answer its requests, tell and hear its events, listen on its own inboxes, and send to
 * those of the services at the other end of its requests. Replies, offers of streams and credits all travel
 * over inboxes, both ways; their random names are known to nobody but the two.
 */
export function permissionsOf(name: BusUserName): Permissions {
  const { calls, hears } = busUsers[name];
  const own = messages.filter((message) => ownerOf(message) === name);
  const peers = busUserNames.filter(
    (peer) =>
      calls.some((call) => ownerOf(call) === peer) || busUsers[peer].calls.some((call) => ownerOf(call) === name),
  );
  return {
    publish: [
      ...calls.map(({ subject }) => subject),
      ...calls.map(ofAnyReplica),
      ...own.filter(({ kind }) => kind === 'event').map(({ subject }) => subject),
      ...peers.map(inboxesOf),
    ],
    subscribe: [
      ...own.filter(({ kind }) => kind === 'contract').map(({ subject }) => `${subject} ${name}`),
      ...own.filter(({ kind }) => kind === 'contract').map(ofAnyReplica),
      ...hears.map(({ subject }) => subject),
      inboxesOf(name),
    ],
  };
}

/** The users of the product that have a password. */
export function natsUsers(passwords: Readonly<Partial<Record<BusUserName, string>>>): NatsUser[] {
  return busUserNames.flatMap((user) => {
    const password = passwords[user];
    return password === undefined ? [] : [{ user, password, permissions: permissionsOf(user) }];
  });
}

const ofAnyReplica = (message: { subject: string }) => addressedSubject(message, '*');

function inboxesOf(name: string): string {
  return `_INBOX.${name}.>`;
}
