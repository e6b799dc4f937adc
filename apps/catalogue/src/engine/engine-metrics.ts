import { Gauge } from 'prom-client';
import type { Engine } from './engine';

let measured: Readonly<Record<string, Engine>> = {};

const spilled = new Gauge({
  name: 'sluice_duckdb_spilled_bytes',
  help: 'What a DuckDB instance has written to the disk because its memory was full',
  labelNames: ['engine'],
});
const memory: Gauge = new Gauge({
  name: 'sluice_duckdb_memory_bytes',
  help: 'Memory that a DuckDB instance has taken',
  labelNames: ['engine'],
  collect: async () => {
    await Promise.all(Object.entries(measured).map(([engine, each]) => look(engine, each)));
  },
});

/** Shows the memory of these engines in the metrics, by their names. */
export function measureEngines(engines: Readonly<Record<string, Engine>>): void {
  measured = engines;
}

/** One that cannot tell in time, because all its places are taken, keeps the numbers of the last look. */
async function look(engine: string, each: Engine): Promise<void> {
  const found = await each.measure().catch(() => null);
  if (!found) return;
  memory.set({ engine }, found.memoryBytes);
  spilled.set({ engine }, found.spilledBytes);
}
