// Holds the embedded MongoDB engine: one engine per process is all it allows. The engine makes a new socket under TMPDIR
// each time, so the stable name that the services know is a link, moved over to the new socket in one step.
const { readdirSync, renameSync, rmSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, dirname, join } = require('node:path');

const [packageDirectory, dataDirectory, link] = process.argv.slice(2);
let engine;
let stopping = false;

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
  .then((opened) => {
    engine = opened;
    publish(opened.socketPath);
    removeStaleSockets(opened.socketPath);
    process.send?.({ type: 'listening' });
  })
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
