import { Injectable } from '@nestjs/common';

/** Says why a part cannot serve yet or any more; null when it can. */
export type ReadinessProbe = () => string | null;

/** Where the parts of a process say whether they can serve. */
@Injectable()
export class Readiness {
  private readonly probes = new Map<string, ReadinessProbe>();

  register(part: string, probe: ReadinessProbe): void {
    this.probes.set(part, probe);
  }

  /** Every part with the reason that it is not ready for, or null. */
  report(): Record<string, string | null> {
    return Object.fromEntries([...this.probes].map(([part, probe]) => [part, probe()]));
  }
}
