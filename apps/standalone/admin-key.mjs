// `npm run admin-key`: prints a fresh admin key for SLUICE_ADMIN_KEY, alone on standard output. Nothing knows it yet.
import { makeReady } from './prepare.mjs';

await makeReady(console.error);
const { default: secrets } = await import('../../dist/libs/runtime/src/new-secret.js');
console.log(secrets.newSecret('sla'));
