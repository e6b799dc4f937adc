/** One metric as a process prints it. */
export interface PrintedMetric {
  type: string;
  help: string;
  /** The names of the labels of all its series. */
  labels: Set<string>;
  /** Values by their label sets, as they are written. */
  series: Map<string, number>;
}

/** Reads the text of /metrics (Prometheus exposition format 0.0.4): metrics by their names. */
export function readMetrics(text: string): Map<string, PrintedMetric> {
  const metrics = new Map<string, PrintedMetric>();
  let current: PrintedMetric | undefined;
  for (const line of text.split('\n')) {
    const [, name = '', help = ''] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    const [, , type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? [];
    const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (name) {
      current = { type: '', help, labels: new Set(), series: new Map() };
      metrics.set(name, current);
    } else if (current && type) current.type = type;
    else if (current && series && value) {
      current.series.set(series, value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value));
      for (const [, label = ''] of series.matchAll(/[{,](\w+)="/g)) if (label !== 'le') current.labels.add(label);
    }
  }
  return metrics;
}
