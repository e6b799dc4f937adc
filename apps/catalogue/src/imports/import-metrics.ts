import { type Duration, Durations } from '@sluice/runtime/durations';

const BOUNDS = [1, 5, 30, 120, 600, 3_600];
const durations = new Durations({
  name: 'sluice_import_duration_seconds',
  help: 'Time from the start of an import to its end, without the wait for a decision, by how it ended',
  labels: ['outcome'],
  bounds: BOUNDS,
});

/** The series by how an import ended: `refused` and `failed` as by the error table, the former is the file's fault. */
export const importDurations: Readonly<Record<'done' | 'refused' | 'failed', Duration>> = {
  done: durations.open({ outcome: 'done' }),
  refused: durations.open({ outcome: 'refused' }),
  failed: durations.open({ outcome: 'failed' }),
};
