import { formats } from '@sluice/contracts/formats';
import { acceptedFormat } from './formats';

describe('the format that a caller accepts', () => {
  it.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['text/csv', 'csv'],
    ['Text/CSV; header=present', 'csv'],
    ['text/*', 'csv'],
    ['application/json;q=0.5, text/csv', 'csv'],
    ['application/json;q=0, */*', 'ndjson'],
    ['application/vnd.apache.parquet, */*;q=0.1', 'parquet'],
    ['application/x-ndjson;q=0.9, application/vnd.apache.arrow.stream', 'arrow'],
  ])('for Accept %j is %s', (header, format) => {
    expect(acceptedFormat(header, formats)).toBe(format);
  });

  it('is none of those that it excludes or does not name', () => {
    for (const header of ['text/html', 'image/*', 'application/json;q=0', 'text/csv;q=0, text/*;q=0']) {
      expect(() => acceptedFormat(header, ['json', 'csv'])).toThrow(
        expect.objectContaining({ code: 'not_acceptable', detail: expect.stringContaining('text/csv') }),
      );
    }
  });

  it('is the first on offer when nothing is asked for', () => {
    expect(acceptedFormat('*/*', ['csv', 'json'])).toBe('csv');
  });
});
