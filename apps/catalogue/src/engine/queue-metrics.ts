import { type Duration, Durations } from '@sluice/runtime/durations';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import { Counter } from 'prom-client';

/** What the metrics of one queue are fed with. */
export interface QueueTimes {
  waited: Duration;
  worked: Duration;
  /** Counts work whose turn never came. */
  refused(reason: 'full' | 'late' | 'left'): void;
}

const waiting = new WatchedNumbers('sluice_queue_waiting', 'Pieces of work that wait for their turn', 'queue');
const running = new WatchedNumbers('sluice_queue_running', 'Pieces of work under way', 'queue');
const waited = new Durations({
  name: 'sluice_queue_wait_duration_seconds',
  help: 'Time that work waited for its turn; most of it does not wait',
  labels: ['queue'],
});
const worked = new Durations({
  name: 'sluice_queue_work_duration_seconds',
  help: 'Time that work took once its turn had come: a statement of DuckDB, or the conversion of a file',
  labels: ['queue'],
});
const refused = new Counter({
  name: 'sluice_queue_refused_total',
  help: 'Work whose turn never came: the queue was full, its time was over, or its caller had left',
  labelNames: ['queue', 'reason'],
});
const times = new Map<string, QueueTimes>();

/** Shows a queue in the metrics. A queue with the name of an earlier one goes on with its sums. */
export function measureQueue(queue: string, now: { waiting: () => number; running: () => number }): QueueTimes {
  waiting.watch(now.waiting, queue);
  running.watch(now.running, queue);
  const known = times.get(queue) ?? {
    waited: waited.open({ queue }),
    worked: worked.open({ queue }),
    refused: (reason) => refused.inc({ queue, reason }),
  };
  times.set(queue, known);
  return known;
}
