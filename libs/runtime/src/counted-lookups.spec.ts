import { register } from 'prom-client';
import { CountedLookups } from './counted-lookups';

describe('CountedLookups', () => {
  it('tells how often a cache had what was asked for and how often not, however often it is looked at', async () => {
    const lookups = new CountedLookups('sluice_lookups_of_a_test_total', 'Lookups of a test');
    lookups.count(true);
    lookups.count(false);
    lookups.count(true);
    await register.metrics();
    expect(await register.getSingleMetricAsString('sluice_lookups_of_a_test_total')).toBe(
      [
        '# HELP sluice_lookups_of_a_test_total Lookups of a test',
        '# TYPE sluice_lookups_of_a_test_total counter',
        'sluice_lookups_of_a_test_total{outcome="hit"} 2',
        'sluice_lookups_of_a_test_total{outcome="miss"} 1',
      ].join('\n'),
    );
  });
});
