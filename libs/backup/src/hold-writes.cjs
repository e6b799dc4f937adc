// Holds back all writes of a MongoDB for the process that started this one. MongoDB keeps such a lock until somebody lifts
// it, so it is lifted here as well when that process is gone, or when it takes too long.
const { mongo } = require('mongoose');

let client;
let held;

async function hold({ url, limitMs }) {
  client = await mongo.MongoClient.connect(url, { appName: 'sluice-backup', directConnection: true });
  const admin = client.db('admin');
  // What is to be written anyway is written before, so that the lock itself takes little time.
  await admin.command({ fsync: 1 });
  held = admin.command({ fsync: 1, lock: true });
  await held;
  setTimeout(() => finish('too long'), limitMs);
  process.send({ type: 'held' });
}

let isFinishing = false;

async function finish(how) {
  if (isFinishing) return;
  isFinishing = true;
  // A lock that is still being taken is lifted once it is there.
  await held?.catch(() => {});
  if (held) await client.db('admin').command({ fsyncUnlock: 1 });
  await client?.close();
  if (!process.connected) process.exit(0);
  process.send({ type: how }, () => process.exit(0));
}

process.on('message', (message) => {
  if (message.type === 'release') void finish('released');
  else hold(message).catch((error) => process.send({ type: 'failed', reason: error.message }, () => process.exit(1)));
});
process.on('disconnect', () => finish('abandoned'));
// A terminal's Ctrl-C goes to the whole group: its owner decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
