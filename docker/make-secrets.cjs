// Gives a new compose installation secrets of its own, once: every later start finds them and changes nothing. They lie
// in volumes of which each container mounts only its own.
const { randomBytes } = require('node:crypto');
const { chmodSync, chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { newSecret } = require('../dist/apps/tokens/src/secrets/secret.js');
const { authorization, natsUsers } = require('../dist/libs/messaging/src/permissions.js');

const ROOT = '/run/secrets';
/** Users inside the images: `node`, which nats-server runs as too, and `mongodb` of MongoDB's image. */
const NODE = 1000;
const MONGODB = 999;

const randomPassword = () => randomBytes(24).toString('hex');

/** A secret that two files hold is read from the first, so that an interrupted start cannot leave them apart. */
function kept(volume, name) {
  const file = join(ROOT, volume, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : randomPassword();
}

/** The file appears with its content, owner and mode in one step. */
function ensure(volume, name, owner, text, replace = false) {
  const folder = join(ROOT, volume);
  const file = join(folder, name);
  if (replace || !existsSync(file)) {
    const next = `${file}.next`;
    rmSync(next, { force: true });
    writeFileSync(next, text, { mode: 0o400 });
    chownSync(next, owner, owner);
    renameSync(next, file);
  }
  chownSync(folder, owner, owner);
  chmodSync(folder, 0o700);
}

const given = process.env.SLUICE_ADMIN_KEY;
ensure('admin', 'admin-key', NODE, given || newSecret('sla'), Boolean(given));

const passwords = {};
for (const service of ['gateway', 'catalogue', 'registry', 'tokens']) {
  passwords[service] = kept(service, 'nats-password');
  ensure(service, 'nats-password', NODE, passwords[service]);
}
// Made anew at every start: a new release may allow other things.
ensure('nats', 'auth.conf', NODE, authorization(natsUsers(passwords)), true);

const between = kept('nats', 'cluster-password');
ensure('nats', 'cluster-password', NODE, between);
const ways = ['nats', 'nats-2', 'nats-3'].map((host) => `nats-route://cluster:${between}@${host}:6222`);
const cluster = `authorization { user: "cluster", password: "${between}" }\nroutes: ${JSON.stringify(ways)}\n`;
ensure('nats', 'cluster.conf', NODE, cluster, true);

const mongoPassword = kept('services', 'mongo-password');
const mongoUrl = `mongodb://sluice:${mongoPassword}@mongo:27017/?replicaSet=sluice&authSource=admin`;
ensure('services', 'mongo-password', NODE, mongoPassword);
ensure('services', 'mongo-url', NODE, mongoUrl);
ensure('mongo', 'root-password', MONGODB, randomPassword());
ensure('mongo', 'keyfile', MONGODB, randomBytes(512).toString('base64'));
