import { runWorkloads } from './run-workloads';
import { measureTransfers } from './transfers';

/** Reads and transfers against what they cost at the least: a bare Fastify route, a NATS round trip, DuckDB alone. */
void runWorkloads(process.argv.slice(2), false, measureTransfers);
