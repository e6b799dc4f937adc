import { register } from 'prom-client';
import { WatchedNumbers } from './watched-numbers';

describe('WatchedNumbers', () => {
  it('tells each number as it is when somebody looks, of the last one that watches it', async () => {
    const numbers = new WatchedNumbers('test_waiting', 'Of a test', 'queue');
    let waiting = 1;
    numbers.watch(() => 100, 'reads');
    numbers.watch(() => waiting, 'reads');
    numbers.watch(() => 7, 'exports');
    waiting = 2;
    const lines = (await register.getSingleMetricAsString('test_waiting')).split('\n');
    expect(lines.slice(2)).toEqual(['test_waiting{queue="reads"} 2', 'test_waiting{queue="exports"} 7']);
  });
});
