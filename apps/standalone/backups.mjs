// `npm run backup`, `npm run restore`, `npm run verify`: makes the checkout ready to run, then does it in this same process.
import { checkNodeVersion, ensureBuilt, ensureInstalled, stopOnSignals } from './prepare.mjs';

const progress = (line) => console.log(`  ${line} …`);

checkNodeVersion();
const ready = stopOnSignals();
await ensureInstalled(progress);
await ensureBuilt(progress);
ready();
await import('../../dist/apps/standalone/src/backups/main.js');
