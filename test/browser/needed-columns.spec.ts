import { neededBy } from '../../apps/console/src/pages/query/needed-columns';

const columns = ['id', 'city', 'amount', 'total_amount'];
const scan = (projections: string | string[], filters?: string) => ({
  name: 'SEQ_SCAN ',
  children: [],
  extra_info: { Table: 't', Projections: projections, ...(filters && { Filters: filters }) },
});
const node = (name: string, ...children: object[]) => ({ name, children, extra_info: {} });
const needed = (plan: object, statement = 'SELECT 1') => neededBy(JSON.stringify([plan]), statement, columns);

describe('the columns that a statement needs', () => {
  it('are those that its scans give on, and those that they filter by', () => {
    expect(needed(node('HASH_GROUP_BY', scan(['city', 'amount'], 'id>5'))).columns).toEqual(['id', 'city', 'amount']);
    expect(needed(scan('id', '(city IS NULL) AND amount<3')).columns).toEqual(['id', 'city', 'amount']);
    expect(needed(node('HASH_JOIN', scan('id'), scan('id', "city='x'"))).columns).toEqual(['id', 'city']);
  });

  it('are none where rows are only counted, and a name within another is none', () => {
    expect(needed(scan('')).columns).toEqual([]);
    expect(needed(scan('', 'total_amount>1')).columns).toEqual(['total_amount']);
  });

  it('are of the first rows where the statement gives on nothing else', () => {
    const limited = node('STREAMING_LIMIT', scan(columns));
    expect(needed(limited, 'SELECT * FROM t LIMIT 100').rows).toBe(100);
    expect(needed(node('PROJECTION', limited), 'SELECT id + 1 FROM t\nlimit 5').rows).toBe(5);
    expect(
      needed(node('STREAMING_LIMIT', scan(columns, 'id>5')), 'SELECT * FROM t WHERE id > 5 LIMIT 5').rows,
    ).toBeNull();
    expect(needed(limited, 'SELECT * FROM t LIMIT 5 OFFSET 10').rows).toBeNull();
    expect(needed(node('TOP_N', scan(columns)), 'SELECT * FROM t ORDER BY id LIMIT 5').rows).toBeNull();
    expect(
      needed(node('UNGROUPED_AGGREGATE', limited), 'SELECT count(*) FROM (SELECT * FROM t LIMIT 5)').rows,
    ).toBeNull();
  });
});
