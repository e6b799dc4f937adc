// `npm run admin-key`: prints a fresh admin key for SLUICE_ADMIN_KEY, alone on standard output. Nothing knows it yet.
import { checkNodeVersion, ensureBuilt, ensureInstalled, stopOnSignals } from './prepare.mjs';

const progress = (line) => console.error(`  ${line} …`);

checkNodeVersion();
const ready = stopOnSignals();
await ensureInstalled(progress);
await ensureBuilt(progress);
ready();
const { default: secrets } = await import('../../dist/apps/tokens/src/secrets/secret.js');
console.log(secrets.newSecret('sla'));
