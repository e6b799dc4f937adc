// Part of `npm run build`: dist/setup, all that the image of the one-shots has. Its bytes change only with what it is made of,
// so that a release which does not touch it leaves those containers, NATS and MongoDB as they are.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'rolldown';

const output = join(import.meta.dirname, 'dist', 'setup');
const load = createRequire(import.meta.url);
const { busUserNames } = load('./dist/libs/contracts/src/bus-user-names.js');
const { permissionsOf } = load('./dist/libs/messaging/src/permissions.js');

await build({
  input: 'dist/apps/setup/src/main.js',
  cwd: import.meta.dirname,
  platform: 'node',
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
  output: { file: join(output, 'setup.js'), format: 'cjs', keepNames: true, strict: true },
});
const permissions = Object.fromEntries(busUserNames.map((name) => [name, permissionsOf(name)]));
writeFileSync(join(output, 'nats-permissions.json'), JSON.stringify(permissions, null, 2));
