// Before the first test file: a folder in which each process that holds a shared stack is listed by its id.
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  process.env.SLUICE_TEST_RUN = mkdtempSync(join(tmpdir(), 'sluice-run-'));
};
