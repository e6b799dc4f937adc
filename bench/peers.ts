import { measurePeerExports } from './peer-exports';
import { runWorkloads } from './run-workloads';

/**
 * The same workloads on ROAPI and Datasette, over the same rows and by the same client. Ours checks a token and its
 * limits with each request; the peers have neither.
 */
void runWorkloads(process.argv.slice(2), true, measurePeerExports);
