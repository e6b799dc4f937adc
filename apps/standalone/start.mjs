// `npm start`: makes the checkout ready to run, then runs the launcher in this same process, so that signals meet one
// program only.
import { makeReady } from './prepare.mjs';

await makeReady(console.log);
await import('../../dist/apps/standalone/src/main.js');
