// Holds the embedded MongoDB engine: one engine per process is all it allows. The engine makes a new socket under TMPDIR
// each time, so the stable name that the services know is a link, moved over to the new socket in one step.
const { readdirSync, renameSync, rmSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, dirname, join } = require('node:path');

const [packageDirectory, dataDirectory, link] = process.argv.slice(2);
let engine;
let stopping = false;

/** Left alone, the storage engine takes up to half of the machine's memory for its cache. */
const CACHE_LIMIT = 'cache_size=256M';
const OP_MSG = 2013;

/** The command as a message of MongoDB's wire protocol, which is all that the engine takes: no driver is loaded here. */
function limitCache(opened) {
  const cstring = (text) => Buffer.from(`${text}\0`);
  const int32 = (value) => Buffer.from(Int32Array.of(value).buffer);
  const string = (name, text) => [Buffer.of(2), cstring(name), int32(Buffer.byteLength(text) + 1), cstring(text)];
  const fields = Buffer.concat([
    Buffer.of(16),
    cstring('setParameter'),
    int32(1),
    ...string('wiredTigerEngineRuntimeConfig', CACHE_LIMIT),
    ...string('$db', 'admin'),
    Buffer.of(0),
  ]);
  const body = Buffer.concat([int32(0), Buffer.of(0), int32(fields.length + 4), fields]);
  const header = Buffer.concat([int32(body.length + 16), int32(1), int32(0), int32(OP_MSG)]);
  return opened.engine.roundTrip(Buffer.concat([header, body]));
}

async function stop() {
  if (stopping) return;
  stopping = true;
  await engine?.close();
  process.exit(0);
}

function publish(socketPath) {
  const next = `${link}.next`;
  rmSync(next, { force: true });
  symlinkSync(socketPath, next);
  renameSync(next, link);
}

/** A killed engine leaves its socket's folder behind. Only this process, which now holds the data, may tidy up. */
function removeStaleSockets(socketPath) {
  for (const name of readdirSync(tmpdir())) {
    const stale = name.startsWith('embedded-mongodb-') && name !== basename(dirname(socketPath));
    if (stale) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

process.on('disconnect', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', () => {});

require(packageDirectory)
  .open(dataDirectory)
  .then(async (opened) => {
    engine = opened;
    await limitCache(opened);
    publish(opened.socketPath);
    removeStaleSockets(opened.socketPath);
    process.send?.({ type: 'listening' });
  })
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
