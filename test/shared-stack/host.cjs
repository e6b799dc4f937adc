// Runs stack-host.ts in a process of its own, where jest compiles nothing: swc does, by the settings of the build.
const { join } = require('node:path');
const { transformFileSync } = require('@swc/core');

const cwd = join(__dirname, '..', '..');
require.extensions['.ts'] = (module, file) => {
  module._compile(transformFileSync(file, { cwd, configFile: join(cwd, '.swcrc'), sourceMaps: 'inline' }).code, file);
};
require('./stack-host.ts');
