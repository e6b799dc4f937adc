import { register } from 'prom-client';
import { Durations } from './durations';

describe('Durations', () => {
  it('tells how many took no longer than each bound, their sum and their number, for each set of labels', async () => {
    const durations = new Durations({ name: 'test_seconds', help: 'Of a test', labels: ['kind'], bounds: [0.01, 0.1] });
    const page = durations.open({ kind: 'page' });
    durations.open({ kind: 'export' });
    for (const ms of [10, 11, 100, 5_000]) page.add(ms);
    expect((await register.getSingleMetricAsString('test_seconds')).split('\n')).toEqual([
      '# HELP test_seconds Of a test',
      '# TYPE test_seconds histogram',
      'test_seconds_bucket{kind="page",le="0.01"} 1',
      'test_seconds_bucket{kind="page",le="0.1"} 3',
      'test_seconds_bucket{kind="page",le="+Inf"} 4',
      'test_seconds_sum{kind="page"} 5.121',
      'test_seconds_count{kind="page"} 4',
      'test_seconds_bucket{kind="export",le="0.01"} 0',
      'test_seconds_bucket{kind="export",le="0.1"} 0',
      'test_seconds_bucket{kind="export",le="+Inf"} 0',
      'test_seconds_sum{kind="export"} 0',
      'test_seconds_count{kind="export"} 0',
    ]);
  });
});
