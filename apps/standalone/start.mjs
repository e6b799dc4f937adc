// `npm start`: makes the checkout ready to run, then runs the launcher in this same process, so that signals meet one
// program only.
import { checkNodeVersion, ensureBuilt, ensureInstalled, stopOnSignals } from './prepare.mjs';

const progress = (line) => console.log(`  ${line} …`);

checkNodeVersion();
const ready = stopOnSignals();
await ensureInstalled(progress);
await ensureBuilt(progress);
ready();
await import('../../dist/apps/standalone/src/main.js');
