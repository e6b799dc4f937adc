// Runs one foreign program (nats-server, mongod) and ends it when the process that asked for it is gone: a launcher that
// is killed cannot clean up behind itself, but its IPC channel closes all the same.
const { spawn } = require('node:child_process');
const { constants } = require('node:os');

const STOP_GRACE_MS = 5_000;
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

function stop() {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS).unref();
}

child.on('spawn', () => process.send?.({ type: 'spawned', pid: child.pid }));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
// As shells tell the end by a signal.
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
process.on('disconnect', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', () => {});
