import type { LoggedRequest } from '@sluice/contracts/registry/request-log';
import { newId } from '@sluice/runtime/ids';
import { RequestSample } from './request-sample';

const API = newId('api');
const OTHER = newId('api');

const logged = (apiId: string, status: number, rows = 0): LoggedRequest => ({
  at: '2026-01-31T13:45:00.000Z',
  requestId: newId('req'),
  ...{ apiId, datasetId: newId('ds'), tokenId: null, method: 'GET', status, rows, bytes: 0, durationMs: 1 },
});
const add = (sample: RequestSample, count: number, apiId: string, status: number) => {
  for (let row = 0; row < count; row++) sample.add({ apiId, status }, () => logged(apiId, status, row));
};
const countOf = (kept: LoggedRequest[], apiId: string, status: number) =>
  kept.filter((each) => each.apiId === apiId && each.status === status).length;

describe('the requests that are kept', () => {
  it('are all of them while they are few', () => {
    const sample = new RequestSample();
    add(sample, 90, API, 200);
    add(sample, 90, API, 404);
    expect(sample.take(2)).toHaveLength(180);
    expect(sample.take(2)).toEqual([]);
  });

  it('are as many of a quiet API and of failures as there were, however busy another is', () => {
    const sample = new RequestSample();
    add(sample, 100_000, API, 200);
    add(sample, 10, API, 500);
    add(sample, 20, OTHER, 200);
    const kept = sample.take(2);
    expect([countOf(kept, API, 200), countOf(kept, API, 500), countOf(kept, OTHER, 200)]).toEqual([100, 10, 20]);
  });

  it('are drawn from the whole turn, not from its beginning', () => {
    const sample = new RequestSample();
    add(sample, 10_000, API, 200);
    const rows = sample.take(2).map(({ rows }) => rows);
    expect(rows.filter((row) => row >= 5_000).length).toBeGreaterThan(20);
    expect(rows.filter((row) => row < 5_000).length).toBeGreaterThan(20);
  });

  it('are five a second in the long run, from however many APIs', () => {
    const sample = new RequestSample();
    let kept = 0;
    for (let turn = 0; turn < 100; turn++) {
      for (let api = 0; api < 30; api++) add(sample, 50, `api_${api}`, 200);
      kept += sample.take(2).length;
    }
    // With what may come at once after a quiet time.
    expect(kept).toBe(99 * 2 * 5 + 500);
  });
});
