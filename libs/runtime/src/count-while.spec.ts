import { countWhile } from './count-while';

describe('how many items at the beginning a condition holds for', () => {
  it('is found wherever the condition ends, from any beginning that is not behind it', () => {
    for (let end = 0; end <= 9; end++) {
      for (let from = 0; from <= end; from++) expect(countWhile(9, (index) => index < end, from)).toBe(end);
    }
  });
});
