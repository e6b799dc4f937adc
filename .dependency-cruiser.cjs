/** Who may import whom: the arrows of docs/architecture.md. Everything that is not listed is refused. */

const libs = {
  contracts: { libs: [], packages: ['zod'] },
  query: { libs: ['contracts'], packages: ['zod', 'fastest-levenshtein', 'lossless-json', 're2js'] },
  records: { libs: [], packages: [] },
  runtime: {
    libs: [],
    packages: [
      '@nestjs/',
      'nestjs-pino',
      'pino',
      'prom-client',
      'fastify',
      'zod',
      'reflect-metadata',
      '@opentelemetry/',
    ],
  },
  messaging: { libs: ['contracts', 'runtime'], packages: ['@nestjs/', '@nats-io/', 'rxjs', 'prom-client', 'zod'] },
  storage: { libs: ['contracts', 'runtime'], packages: ['@nestjs/', 'mongoose', 'zod'] },
  backup: { libs: ['runtime'], packages: ['mongoose', 'zod'] },
  service: {
    libs: ['contracts', 'runtime', 'messaging', 'storage'],
    packages: ['@nestjs/', 'nestjs-pino', 'mongoose', 'zod'],
  },
};

const node = '^(node:|[a-z_/]+$)';
const packages = (names) => names.map((name) => `^node_modules/${name}`);

const layers = Object.entries(libs).flatMap(([name, allowed]) => [
  {
    name: `${name}-imports`,
    comment: `libs/${name} imports only ${[name, ...allowed.libs, ...allowed.packages].join(', ')}`,
    severity: 'error',
    from: { path: `^libs/${name}/`, pathNot: '\\.spec\\.ts$' },
    to: {
      pathNot: [`^libs/(${[name, ...allowed.libs].join('|')})/`, ...packages(allowed.packages), node],
    },
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'no-contracts-sideways',
      comment:
        'a word that two services share stands at the root of contracts; only the list of the bus reads them all',
      severity: 'error',
      from: { path: '^libs/contracts/src/([^/]+)/', pathNot: '^libs/contracts/src/bus/' },
      to: { path: '^libs/contracts/src/[^/]+/', pathNot: '^libs/contracts/src/$1/' },
    },
    {
      name: 'no-other-app',
      comment: 'apps talk over the bus and over HTTP, never by import',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-database-in-the-gateway',
      comment: 'the gateway owns no data',
      severity: 'error',
      from: { path: '^apps/gateway/' },
      to: { path: ['^node_modules/(mongoose|mongodb|@nestjs/mongoose|@duckdb)', '^libs/(storage|service)/'] },
    },
    {
      name: 'duckdb-only-in-the-catalogue',
      comment: "rows are the catalogue's",
      severity: 'error',
      from: { path: '^apps/(?!catalogue)' },
      to: { path: '^node_modules/@duckdb' },
    },
    {
      name: 'console-imports',
      comment:
        'the console knows contracts, the query language and the record readers, nothing of the services or what they are made of',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: { path: ['^libs/(?!contracts|query|records)', '^node_modules/(@nestjs|@nats-io|mongoose|fastify|rxjs)'] },
    },
    {
      name: 'no-pages-in-the-shell',
      comment: 'the shell of the console stands below its pages: it knows where they are by their routes only',
      severity: 'error',
      from: { path: '^apps/console/src/shell/' },
      to: { path: '^apps/console/src/pages/' },
    },
    {
      name: 'no-schemas-in-the-browser',
      comment: 'contracts are types to the console: their schemas would double what a browser has to load',
      severity: 'error',
      from: { path: '^apps/console/src/' },
      to: { path: ['^libs/contracts/', '^node_modules/zod'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'what ships does not lean on what tests it',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '(\\.spec|-of-a-test)\\.ts$' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-cycles',
      comment: 'a cycle has no first file to read',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-folder-cycles',
      comment: 'rooms stand on each other: a circle of folders has no ground floor to begin reading at',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(apps|libs)/[^/]+/src' },
      to: { circular: true, path: '^(apps|libs)/' },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'every import leads somewhere; Vite, which only its own settings import, exists for ES modules alone',
      severity: 'error',
      from: { pathNot: '^apps/console/vite\\.config\\.mts$' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-packages-in-the-product',
      comment: 'production installs leave them out; what the console is made of is bundled into its own files',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.spec\\.ts$', '^apps/console/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
