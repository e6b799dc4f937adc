import { Histogram } from 'prom-client';

interface DurationsInput<Label extends string> {
  name: string;
  help: string;
  labels: readonly Label[];
  /** Upper bounds in seconds, ascending. */
  bounds?: readonly number[];
}

/** Bounds of what a caller waits for: few, because every series has a line for each. */
const WAIT_BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];

/**
 * Measures how long things take, as a histogram for /metrics whose count is how often they happened. A measurement adds to
 * two plain numbers: the library's own costs 2 µs, a hundredth of a page that is at hand. Open each series once and keep it.
 */
export class Durations<Label extends string> extends Histogram {
  private readonly series: Duration[] = [];

  constructor(private readonly input: DurationsInput<Label>) {
    const { name, help, labels } = input;
    super({ name, help, labelNames: [...labels] });
  }

  /** Opens the series with these labels, which have few values: never an id. */
  open(labels: Readonly<Record<Label, string>>): Duration {
    const opened = new Duration(labels, this.input.bounds ?? WAIT_BOUNDS);
    this.series.push(opened);
    return opened;
  }

  /** Gives every series, where the library asks for what it prints. */
  async getForPromString() {
    const { name, help } = this.input;
    return { name, help, type: 'histogram', values: this.series.flatMap((each) => each.values(name)) };
  }
}

/** The durations with one set of labels. */
export class Duration {
  private readonly counts: number[];
  private sum = 0;

  constructor(
    private readonly labels: Readonly<Record<string, string>>,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** Adds one that took so many milliseconds. */
  add(ms: number): void {
    const seconds = ms / 1_000;
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? 0)) index++;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sum += seconds;
  }

  /** Gives the lines of this series: how many took no longer than each bound, their sum and their number. */
  values(name: string): { metricName: string; labels: Record<string, string | number>; value: number }[] {
    const { labels, bounds, counts } = this;
    let total = 0;
    const buckets = counts.map((count, index) => {
      total += count;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[index] ?? '+Inf' }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: { ...labels }, value: this.sum },
      { metricName: `${name}_count`, labels: { ...labels }, value: total },
    ];
  }
}
