// `npm run backup`, `npm run restore`, `npm run verify`, `npm run rotate-keys`: makes the checkout ready to run, then does it in this same process.
import { makeReady } from './prepare.mjs';

await makeReady(console.log);
await import('../../dist/apps/standalone/src/backups/main.js');
