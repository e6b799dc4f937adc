import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Permissions } from '@sluice/messaging/nats-authorization';
import { Logins, type RotationStep, rotationSteps } from './logins/logins';
import { setUpMongo } from './mongo/set-up-mongo';
import { makeSecrets, type SecretPlan } from './secrets/make-secrets';
import { SecretFiles } from './secrets/secret-files';

const ROOT = '/run/secrets';
const OWNERS = { node: 1000, mongodb: 999 };
const { MONGO_URL, SLUICE_ADMIN_KEY, SLUICE_MONGO_HOSTS = '' } = process.env;
const hosts = SLUICE_MONGO_HOSTS.split(',').filter(Boolean);

/** `secrets`, `secrets STEP nats|mongo` and `mongo`: docker-compose.yml and docker/rotate-secrets call them. */
async function main([command, ...args]: string[]): Promise<void> {
  const files = new SecretFiles(ROOT, OWNERS);
  if (command === 'secrets') return makeSecrets(files, { ...settings(), rotation: rotationOf(args) });
  if (command !== 'mongo') throw new Error('secrets or mongo?');
  if (MONGO_URL) return console.log('MONGO_URL is set: that MongoDB is somebody else’s to set up');
  const logins = Logins.parse(JSON.parse(files.read('mongo', 'logins.json') ?? ''));
  await setUpMongo({ hosts, rootPassword: files.read('mongo', 'root-password') ?? '', logins, print: console.log });
}

function settings(): SecretPlan {
  // Written beside this program when it is built: what services say to each other changes with a release.
  const text = readFileSync(join(__dirname, 'nats-permissions.json'), 'utf8');
  const permissions = JSON.parse(text) as Record<string, Permissions>;
  return { adminKey: SLUICE_ADMIN_KEY, permissions, mongoHosts: hosts };
}

function rotationOf([step, system]: string[]): SecretPlan['rotation'] {
  if (step === undefined) return undefined;
  const known = rotationSteps.find((each) => each === step) as RotationStep | undefined;
  if (!known || (system !== 'nats' && system !== 'mongo'))
    throw new Error(`${rotationSteps.join(', ')} of nats or mongo?`);
  if (system === 'mongo' && MONGO_URL) throw new Error('MONGO_URL is set: the passwords of that MongoDB are not ours');
  return { step: known, system };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
