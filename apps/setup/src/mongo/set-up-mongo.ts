import { setTimeout as pause } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { acceptedLogins, type Logins } from '../logins/logins';
import { CONNECTIONS_ROLE, rolesOf } from './mongo-users';
import { firstConfig, nextConfig, type SetConfig } from './replica-set';

const NOT_YET_INITIALIZED = 94;
const USER_NOT_FOUND = 11;
const USER_EXISTS = 51003;
const ROLE_EXISTS = 51002;
const LOOK_MS = 500;
/** The one user that all services of an earlier release share; its containers are gone once logins have been replaced. */
const USER_OF_EARLIER = 'sluice';

export interface MongoPlan {
  /** `host:port` of all members; the first one begins the set. */
  hosts: readonly string[];
  rootPassword: string;
  logins: Logins;
  print: (line: string) => void;
}

/**
 * Makes the replica set and the users that the services sign in as, and brings both up to date where they exist. Returns
 * when every member of the plan votes. May be repeated, and begun again anywhere.
 */
export async function setUpMongo({ hosts, rootPassword, logins, print }: MongoPlan): Promise<void> {
  const urlOf = (at: string, options: string) => `mongodb://root:${rootPassword}@${at}/?authSource=admin&${options}`;
  const [first = ''] = hosts;
  await withAdmin(urlOf(first, 'directConnection=true'), (admin) => initiate(admin, hosts));
  await withAdmin(urlOf(hosts.join(','), 'replicaSet=sluice'), async (admin) => {
    await makeUsers(admin, logins);
    await extend(admin, hosts, print);
  });
}

async function withAdmin(url: string, work: (admin: mongo.Db) => Promise<void>): Promise<void> {
  const client = await mongo.MongoClient.connect(url, { appName: 'sluice-setup' });
  try {
    await work(client.db('admin'));
  } finally {
    await client.close();
  }
}

async function initiate(admin: mongo.Db, hosts: readonly string[]): Promise<void> {
  await unless(NOT_YET_INITIALIZED, admin.command({ replSetGetStatus: 1 }), () =>
    admin.command({ replSetInitiate: firstConfig(hosts) }),
  );
}

async function makeUsers(admin: mongo.Db, logins: Logins): Promise<void> {
  const { name, privileges } = CONNECTIONS_ROLE;
  await unless(ROLE_EXISTS, admin.command({ createRole: name, privileges, roles: [] }), () =>
    admin.command({ updateRole: name, privileges, roles: [] }),
  );
  for (const { user, password, service } of acceptedLogins(logins)) {
    const rights = { pwd: password, roles: rolesOf(service) };
    await unless(USER_EXISTS, admin.command({ createUser: user, ...rights }), () =>
      admin.command({ updateUser: user, ...rights }),
    );
  }
  const dropped = logins.dropped.length > 0 ? [...logins.dropped, USER_OF_EARLIER] : [];
  for (const user of dropped) {
    await unless(USER_NOT_FOUND, admin.command({ dropUser: user }), async () => {});
  }
}

async function extend(admin: mongo.Db, hosts: readonly string[], print: (line: string) => void): Promise<void> {
  let said = '';
  for (;;) {
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as unknown as { config: SetConfig };
    const { members } = (await admin.command({ replSetGetStatus: 1 })) as unknown as { members: MemberState[] };
    const caughtUp = members.filter(({ stateStr }) => /^(PRIMARY|SECONDARY)$/.test(stateStr)).map(({ name }) => name);
    const next = nextConfig(config, hosts, (host) => caughtUp.includes(host));
    if (next === 'done') return;
    if (next === 'wait') {
      const states = members.map(({ name, stateStr }) => `${name} ${stateStr}`).join(', ');
      if (states !== said) print(`waiting for the members of the replica set: ${states}`);
      said = states;
      await pause(LOOK_MS);
    } else await admin.command({ replSetReconfig: next });
  }
}

/** How a member is, in `replSetGetStatus`. */
interface MemberState {
  name: string;
  stateStr: string;
}

/** Waits for a command; where it fails with this code, the other thing is done. */
async function unless(code: number, command: Promise<unknown>, other: () => Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || error.code !== code) throw error;
    await other();
  }
}
