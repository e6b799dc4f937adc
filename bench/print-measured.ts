import { perSecond } from './report';
import { type Figures, type Measured, PHASES } from './take-turns';
import type { Workload } from './workloads/workloads';

/** Prints both sides of every comparison in each phase, and its ratio; goals are those of warm processes. */
export function printMeasured({ name, repeats, goals }: Workload, measured: Measured): void {
  console.log(`\n${name} (${repeats})`);
  for (const when of PHASES) {
    for (const figures of measured[when]) console.log(`  ${when.padEnd(10)}  ${lineOf(figures)}`);
  }
  for (const when of PHASES) {
    const [ours, ...others] = measured[when];
    for (const other of ours ? others : []) {
      const ratio = (ours?.perSecond ?? 0) / other.perSecond;
      const goal = when === 'warm' ? goals[other.name] : undefined;
      const verdict = goal === undefined ? '' : ` (goal ${goal.toFixed(2)}, ${ratio >= goal ? 'reached' : 'missed'})`;
      const work = (ours?.processorUs ?? Number.NaN) / other.processorUs;
      const processor = !Number.isFinite(work) ? '' : `; processor time of a request ${work.toFixed(2)} times`;
      console.log(`  ${when}: ${ratio.toFixed(2)} times the requests of ${other.name}${verdict}${processor}`);
    }
  }
}

function lineOf({ name, perSecond: rate, p50Ms, p99Ms, processorUs }: Figures): string {
  const processor = !Number.isFinite(processorUs) ? '' : `  ${Math.round(processorUs)} us of the processor`;
  if (rate === 0) return `${name.padEnd(10)} no answer within the time`;
  const times = `p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms`;
  return `${name.padEnd(10)} ${perSecond(rate, 'req').padStart(14)}  ${times}${processor}`;
}
