const { existsSync, readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const modules = join(__dirname, 'node_modules');

/** Packages that ship ES modules only, also those that another one has for itself: Node 20 cannot require them inside jest, so swc turns them into CommonJS. */
function esModulePackages(folder = modules) {
  const names = readdirSync(folder).flatMap((entry) =>
    entry.startsWith('@') ? readdirSync(join(folder, entry)).map((name) => `${entry}/${name}`) : [entry],
  );
  return names.flatMap((name) => {
    const inside = join(folder, name, 'node_modules');
    return [...(isEsModule(join(folder, name)) ? [name] : []), ...(existsSync(inside) ? esModulePackages(inside) : [])];
  });
}

function isEsModule(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type === 'module';
  } catch {
    return false;
  }
}

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/shared-stack/environment.cjs',
  rootDir: __dirname,
  testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/apps/console/'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/.sluice/',
    '<rootDir>/.python/',
    '<rootDir>/.programs/',
    '<rootDir>/.nginx/',
    '<rootDir>/.prometheus/',
    '<rootDir>/.releases/',
  ],
  moduleNameMapper: { '^@sluice/([a-z]+)/(.*)$': '<rootDir>/libs/$1/src/$2' },
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // The last folder of packages on the way counts: a package may have its own version of another.
  transformIgnorePatterns: [`/node_modules/(?!.*/node_modules/)(?!(${esModulePackages().join('|')})/)`],
  globalSetup: '<rootDir>/test/shared-stack/begin-run.cjs',
  globalTeardown: '<rootDir>/test/shared-stack/end-run.cjs',
  testSequencer: '<rootDir>/test/longest-first.cjs',
  maxWorkers: 2,
  testTimeout: 60_000,
};
