import { Injectable } from '@nestjs/common';
import { WatchedNumbers } from './watched-numbers';

/** Says why a part cannot serve yet or any more; null when it can. */
export type ReadinessProbe = () => string | null;

const ready = new WatchedNumbers('sluice_ready', '1 while every part of the process can serve');
const degradedParts = new WatchedNumbers('sluice_degraded_parts', 'Parts that serve from older knowledge, or not all');

/** Collects from the parts of a process whether they can serve. */
@Injectable()
export class Readiness {
  private readonly probes = new Map<string, ReadinessProbe>();
  private readonly degradations = new Map<string, ReadinessProbe>();

  constructor() {
    ready.watch(() => (Object.values(this.report()).every((reason) => reason === null) ? 1 : 0));
    degradedParts.watch(() => this.degraded().length);
  }

  register(part: string, probe: ReadinessProbe): void {
    this.probes.set(part, probe);
  }

  /** For a part that goes on with what it has while something is missing: it serves, but says so. */
  registerDegraded(part: string, probe: ReadinessProbe): void {
    this.degradations.set(part, probe);
  }

  /** Names each part that serves from older knowledge, with the reason. */
  degraded(): string[] {
    return [...this.degradations].flatMap(([part, probe]) => {
      const reason = probe();
      return reason === null ? [] : [`${part}: ${reason}`];
    });
  }

  /** Every part with the reason that it is not ready for, or null. */
  report(): Record<string, string | null> {
    return Object.fromEntries([...this.probes].map(([part, probe]) => [part, probe()]));
  }
}
