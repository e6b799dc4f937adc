import { randomBytes } from 'node:crypto';
import { authorization, type Permissions } from '@sluice/messaging/nats-authorization';
import { newSecret } from '@sluice/runtime/new-secret';
import { acceptedLogins, completeLogins, Logins, newPassword, type RotationStep, rotate } from '../logins/logins';
import { mongoUserNames } from '../mongo/mongo-users';
import type { SecretFiles } from './secret-files';

/** The services that are on the bus. */
const BUS_USERS = ['gateway', 'catalogue', 'registry', 'tokens'];
const NATS_SERVERS = ['nats', 'nats-2', 'nats-3'];

export interface SecretPlan {
  /** An admin key of the operator's own; without, one is made once. */
  adminKey?: string;
  /** What each service may do on the bus: it comes with the release. */
  permissions: Readonly<Record<string, Permissions>>;
  /** `host:port` of the members of MongoDB's replica set. */
  mongoHosts: readonly string[];
  /** A step of replacing the passwords of one system. */
  rotation?: { step: RotationStep; system: 'nats' | 'mongo' };
}

/**
 * Gives a new installation secrets of its own; every later start finds them and only brings up to date what follows from
 * them. With a rotation, one step of it is taken first.
 */
export function makeSecrets(files: SecretFiles, { adminKey, permissions, mongoHosts, rotation }: SecretPlan): void {
  const given = adminKey || null;
  if (given) files.write('admin', 'admin-key', given);
  else files.ensure('admin', 'admin-key', () => newSecret('sla'));
  const stepOf = (system: string) => (rotation?.system === system ? rotation.step : null);
  makeNatsSecrets(files, permissions, stepOf('nats'));
  makeMongoSecrets(files, mongoHosts, stepOf('mongo'));
}

function makeNatsSecrets(files: SecretFiles, permissions: SecretPlan['permissions'], step: RotationStep | null): void {
  // The release before kept a password alone, of the user that is called like the service.
  const earlier = (service: string) => {
    const password = files.read(service, 'nats-password');
    return password === null ? null : { user: service, password };
  };
  const logins = keepLogins(files, 'nats', BUS_USERS, step, earlier);
  for (const [service, { given }] of Object.entries(logins.services)) {
    files.write(service, 'nats-login', `${given.user} ${given.password}\n`);
    if (step === 'retire') files.remove(service, 'nats-password');
  }
  const users = acceptedLogins(logins).map(({ service, ...login }) => ({
    ...login,
    permissions: permissions[service],
  }));
  files.write('nats', 'auth.conf', authorization(users));

  const between = files.ensure('nats', 'cluster-password', newPassword);
  const ways = NATS_SERVERS.map((host) => `nats-route://cluster:${between}@${host}:6222`);
  const cluster = `authorization { user: "cluster", password: "${between}" }\nroutes: ${JSON.stringify(ways)}\n`;
  files.write('nats', 'cluster.conf', cluster);
}

function makeMongoSecrets(files: SecretFiles, hosts: readonly string[], step: RotationStep | null): void {
  files.ensure('mongo', 'root-password', newPassword);
  files.ensure('mongo', 'keyfile', () => randomBytes(512).toString('base64'));
  const logins = keepLogins(files, 'mongo', mongoUserNames, step);
  for (const [service, { given }] of Object.entries(logins.services)) {
    const { user, password } = given;
    const url = `mongodb://${user}:${password}@${hosts.join(',')}/?replicaSet=sluice&authSource=admin`;
    files.write(service, 'mongo-url', url);
  }
}

/** Reads the logins of a system, completes them or takes a step, and writes them before anything that follows from them. */
function keepLogins(
  files: SecretFiles,
  system: string,
  services: readonly string[],
  step: RotationStep | null,
  earlier?: Parameters<typeof completeLogins>[2],
): Logins {
  const stored = files.read(system, 'logins.json');
  const complete = completeLogins(stored === null ? null : Logins.parse(JSON.parse(stored)), services, earlier);
  const logins = step === null ? complete : rotate(complete, step);
  files.write(system, 'logins.json', JSON.stringify(logins));
  return logins;
}
