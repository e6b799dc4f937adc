import { busUsers, messages, ownerOf } from '@sluice/contracts/bus/bus-users';
import { type BusUserName, busUserNames } from '@sluice/contracts/bus-user-names';
import { addressedSubject } from '@sluice/contracts/contract';

/** Subjects that a user may publish on and subscribe to; behind a blank, the one queue group that it has to do it in. */
export interface Permissions {
  publish: string[];
  subscribe: string[];
}

/** A user of nats-server; without permissions it may do everything. */
export interface NatsUser {
  user: string;
  password: string;
  permissions?: Permissions;
}

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

/** The part of nats-server's configuration that lets in these users and nobody else. */
export function authorization(users: readonly NatsUser[]): string {
  const lists = ({ publish, subscribe }: Permissions) =>
    `, permissions: {\n      publish: { allow: ${list(publish)} }\n      subscribe: { allow: ${list(subscribe)} }\n    }`;
  const lines = users.map(
    ({ user, password, permissions }) =>
      `    { user: "${user}", password: "${password}"${permissions ? lists(permissions) : ''} }\n`,
  );
  return `authorization {\n  users: [\n${lines.join('')}  ]\n}\n`;
}

const ofAnyReplica = (message: { subject: string }) => addressedSubject(message, '*');

function inboxesOf(name: string): string {
  return `_INBOX.${name}.>`;
}

function list(subjects: readonly string[]): string {
  return JSON.stringify(subjects);
}
