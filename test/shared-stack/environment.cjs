// The environment of every test file: Node's, with a way to the stack that the files of one jest worker share.
const { fork } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

/** This module lives as long as its worker, while test files come and go, each with modules of its own. */
let host;

/** Starts the process that holds the stack. It ends when this worker ends, in whatever way. */
function startHost() {
  // Not in this worker's group: a terminal's Ctrl-C must not reach it, so that it can end the stack in order.
  const child = fork(join(__dirname, 'host.cjs'), { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  writeFileSync(join(process.env.SLUICE_TEST_RUN, String(child.pid)), '');
  child.unref();
  child.channel.unref();
  const open = new Map();
  let last = 0;
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = open.get(id);
    open.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  child.once('exit', (code) => {
    host = undefined;
    for (const { reject } of open.values()) reject(new Error(`the process of the shared stack ended with ${code}`));
  });
  return (method, ...args) =>
    new Promise((resolve, reject) => {
      open.set(++last, { resolve, reject });
      child.send({ id: last, method, args });
    });
}

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.askStackHost = (...asked) => {
      host ??= startHost();
      return host(...asked);
    };
  }
};
