import type { Usage, UsagePoint, UsageRange } from '@sluice/contracts/registry/usage';

export const ranges: readonly { id: UsageRange; label: string; words: string }[] = [
  { id: '1h', label: '1 h', words: 'the last hour' },
  { id: '24h', label: '24 h', words: 'the last 24 hours' },
  { id: '7d', label: '7 d', words: 'the last 7 days' },
  { id: '30d', label: '30 d', words: 'the last 30 days' },
  { id: '90d', label: '90 d', words: 'the last 90 days' },
];

/** One line of a chart: a value for each point of time, null where there is none. */
interface Line {
  name: string;
  colour: 'first' | 'second' | 'third' | 'bad';
  values: (number | null)[];
}

export interface Points {
  /** In seconds, as charts have them. */
  times: number[];
  requests: Line[];
  rows: Line[];
  bytes: Line[];
  durations: Line[];
}

/** The whole span in even steps: where nothing was asked, counts are 0 and answer times are not known. */
export function pointsOf({ from, to, stepSeconds, series }: Usage): Points {
  const byTime = new Map(series.map((point) => [Date.parse(point.at) / 1_000, point]));
  const times: number[] = [];
  for (let at = Date.parse(from) / 1_000; at <= Date.parse(to) / 1_000; at += stepSeconds) times.push(at);
  const line = (name: string, colour: Line['colour'], of: (point: UsagePoint) => number | null, nothing: 0 | null) => ({
    name,
    colour,
    values: times.map((at) => {
      const point = byTime.get(at);
      return point ? of(point) : nothing;
    }),
  });
  return {
    times,
    requests: [
      line('Requests', 'first', ({ requests }) => requests, 0),
      line('Errors', 'bad', ({ clientErrors, serverErrors }) => clientErrors + serverErrors, 0),
    ],
    rows: [line('Rows', 'first', ({ rows }) => rows, 0)],
    bytes: [line('Bytes', 'first', ({ bytes }) => bytes, 0)],
    durations: [
      line('Median', 'first', ({ p50 }) => p50, null),
      line('p95', 'second', ({ p95 }) => p95, null),
      line('p99', 'third', ({ p99 }) => p99, null),
    ],
  };
}
