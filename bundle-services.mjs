// Part of `npm run build`: dist/services/<service>.js, what swc compiled together with the packages that it uses. A service
// then reads a dozen files at its start instead of a thousand (docs/adr/0019-services-as-bundles.md).
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'rolldown';

const SERVICES = ['gateway', 'catalogue', 'registry', 'tokens'];
const PACKAGES = 'packages';
const output = join(import.meta.dirname, 'dist', 'services');

/** Native code, what only those load who want traces, and what uses `eval`: it is loaded from where it is installed. */
const installed = [/^@duckdb\//, /^@node-rs\//, /^@opentelemetry\//, /^depd$/];
/** What Nest would use if it were installed. Anything else that is not found fails the build. */
const absent = [
  /^@fastify\/(multipart|view)$/,
  /^@nestjs\/(platform-express|websockets)\b/,
  /^class-(transformer|validator)$/,
  /^(amqp-connection-manager|ioredis|kafkajs|mqtt)$/,
];

/** Files beside a module are still found there. */
const filesBesideModules = {
  name: 'files-beside-modules',
  transform: {
    filter: { code: /\b__dirname\b/ },
    handler: (code, id) => {
      if (!id.startsWith(import.meta.dirname)) return null;
      const way = JSON.stringify(relative(output, dirname(id)).replaceAll('\\', '/'));
      return { code: code.replace(/\b__dirname\b/g, () => `require("node:path").join(__dirname, ${way})`), map: null };
    },
  },
};

/**
 * Nest calls mongoose's methods on `import * as mongoose`. Of a CommonJS package bundlers make that an object which inherits
 * from the package's own, here an instance: mongoose then takes it for a second mongoose and writes to it.
 */
const oneMongoose = {
  name: 'one-mongoose',
  transform: {
    filter: { id: /@nestjs[\\/]mongoose/, code: "import * as mongoose from 'mongoose'" },
    handler: (code) => ({ code: code.replace('import * as mongoose', 'import mongoose'), map: null }),
  },
};

/** Stack traces name our own sources. A map of the packages as well would cost each process 15 MB and 50 ms. */
const ownSourceMaps = {
  name: 'own-source-maps',
  load: {
    filter: { id: /[\\/]dist[\\/](apps|libs)[\\/]/ },
    handler: (id) => ({ code: readFileSync(id, 'utf8'), map: JSON.parse(readFileSync(`${id}.map`, 'utf8')) }),
  },
  generateBundle: (_, files) => {
    for (const name of Object.keys(files)) if (name.includes(PACKAGES) && name.endsWith('.map')) delete files[name];
  },
};

await build({
  input: {
    ...Object.fromEntries(SERVICES.map((service) => [service, `dist/apps/${service}/src/main.js`])),
    // Started by the catalogue for files from outside.
    converter: 'dist/apps/catalogue/src/conversion/converter.js',
  },
  cwd: import.meta.dirname,
  platform: 'node',
  external: [...installed, ...absent],
  plugins: [filesBesideModules, oneMongoose, ownSourceMaps],
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
  output: {
    dir: output,
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared.[name].js',
    codeSplitting: { groups: [{ name: PACKAGES, test: /[\\/]node_modules[\\/]/, entriesAware: true }] },
    keepNames: true,
    strict: true,
    sourcemap: 'hidden',
    sourcemapExcludeSources: true,
    footer: ({ fileName }) => (fileName.includes(PACKAGES) ? '' : `//# sourceMappingURL=${fileName}.map`),
  },
});

/** Packages are most of what a service compiles at its start: they are run from what V8 compiled once, here. */
copyFileSync(join(import.meta.dirname, 'cached-code.cjs'), join(output, 'cached-code.cjs'));
for (const name of readdirSync(output)) {
  if (!name.includes(PACKAGES) || !name.endsWith('.js')) continue;
  renameSync(join(output, name), join(output, `${name}.source`));
  writeFileSync(join(output, name), "require('./cached-code.cjs')(module, require, __filename, __dirname);\n");
}
for (const service of ['gateway', 'catalogue', 'tokens']) {
  // Between them they use all that the others do. Without settings each says so once all of it is loaded, and ends.
  const env = { PATH: process.env.PATH, SLUICE_KEEPS_CODE: 'true' };
  spawnSync(process.execPath, [join(output, `${service}.js`)], { env, stdio: 'ignore', timeout: 30_000 });
}
