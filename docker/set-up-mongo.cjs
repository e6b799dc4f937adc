// Makes the one-node replica set and the services' database user, and may be run again at every start. A replica set is
// what lets MongoDB be extended to three nodes later without touching the services.
const { readFileSync } = require('node:fs');
const { setTimeout: pause } = require('node:timers/promises');
const { mongo } = require('mongoose');

const REPLICA_SET = 'sluice';
const HOST = 'mongo:27017';
const DATABASES = ['sluice_catalogue', 'sluice_registry', 'sluice_tokens'];
const NOT_YET_INITIALIZED = 94;
const USER_EXISTS = 51003;

async function main() {
  if (process.env.MONGO_URL) return console.log('MONGO_URL is set: that MongoDB is somebody else’s to set up');
  const rootPassword = readFileSync('/run/secrets/mongo/root-password', 'utf8');
  const password = readFileSync('/run/secrets/services/mongo-password', 'utf8');
  const client = await mongo.MongoClient.connect(`mongodb://root:${rootPassword}@${HOST}/?directConnection=true`);
  const admin = client.db('admin');
  await admin.command({ replSetGetStatus: 1 }).catch((error) => {
    if (error.code !== NOT_YET_INITIALIZED) throw error;
    return admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host: HOST }] } });
  });
  while (!(await admin.command({ hello: 1 })).isWritablePrimary) await pause(200);
  const user = { pwd: password, roles: DATABASES.map((db) => ({ role: 'readWrite', db })) };
  await admin.command({ createUser: 'sluice', ...user }).catch((error) => {
    if (error.code !== USER_EXISTS) throw error;
    return admin.command({ updateUser: 'sluice', ...user });
  });
  await client.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
