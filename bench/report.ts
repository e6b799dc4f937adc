import { readFileSync } from 'node:fs';
import type { Stack } from '../test/support/stack';

const processes = ['gateway-1', 'catalogue-1'];
const KIB_PER_MIB = 1024;

/** One line: what was measured, how many times its floor it costs, and whether that is within the goal. */
export function report(name: string, figures: string, ratio: number, goal: number, stack: Stack): void {
  const memory = processes.map((process) => `${process} ${residentMib(stack.pid(process))} MiB`).join(', ');
  const verdict = ratio <= goal ? 'reached' : 'missed';
  console.log(`${name}: ${figures}; ${ratio.toFixed(2)} times the floor (goal ${goal}, ${verdict}); ${memory}`);
}

/** What a process took of the processor, user and system, which the kernel counts in hundredths of a second (proc_pid_stat(5), fields 14 and 15). */
export function processorMs(pid: number | undefined): number {
  const [user = 0, system = 0] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '')
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

export function perSecond(count: number, unit: string): string {
  return `${Math.round(count).toLocaleString('en')} ${unit}/s`;
}

function residentMib(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / KIB_PER_MIB);
}
