// Beside the bundles of dist/services: runs a part of them from its source with what V8 compiled of it before, which halves
// the time that a service takes to load. V8 refuses what another version of it compiled, and compiles anew.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { constants, Script } = require('node:vm');

/** Runs `<file>.source` as the CommonJS module of this file. SLUICE_KEEPS_CODE writes down at the end what was compiled. */
module.exports = function runCached(module, require, file, directory) {
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(`${file}.source`, 'utf8')}\n})`,
    {
      filename: file,
      cachedData: codeOf(file),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  if (process.env.SLUICE_KEEPS_CODE) process.on('exit', () => writeFileSync(`${file}.code`, script.createCachedData()));
  script.runInThisContext().call(module.exports, module.exports, require, module, file, directory);
};

function codeOf(file) {
  try {
    return readFileSync(`${file}.code`);
  } catch {
    return undefined;
  }
}
