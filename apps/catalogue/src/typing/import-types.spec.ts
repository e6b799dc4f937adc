import { ImportBench, refusalOf } from './import-bench-of-a-test';

describe('importing a file', () => {
  let bench: ImportBench;

  beforeAll(async () => {
    bench = await ImportBench.open();
  });
  afterAll(() => bench.close());

  describe('types', () => {
    it.each<[string, string[], string]>([
      ['integers', ['1', '-9223372036854775808', '9223372036854775807'], 'integer'],
      ['integers beyond 64 bits', ['1', '9223372036854775808'], 'decimal'],
      ['integers of 38 digits', ['9'.repeat(38)], 'decimal'],
      ['integers of 39 digits', ['9'.repeat(39)], 'text'],
      ['fractions of up to 15 digits', ['1', '-0.5', '.25', '1e10', '123456789.123456'], 'number'],
      ['fractions of more digits', ['0.1', '123456789.12345678'], 'decimal(8)'],
      ['fractions beyond 38 places that a double holds', ['1.2345678901234567e-30', '1'], 'number'],
      ['fractions beyond 38 digits that none holds', ['1.23456789012345678901e-30', '1'], 'text'],
      ['numbers beyond the range of doubles', ['1e400', '0.5'], 'text'],
      ['leading zeros', ['1', '007'], 'text'],
      ['leading zeros of fractions', ['1.5', '007.5'], 'text'],
      ['leading plus', ['+1', '2', '-3'], 'integer'],
      ['leading plus of a telephone number', ['+491234567'], 'text'],
      ['booleans', ['true', 'FALSE', 'True'], 'boolean'],
      ['booleans and numbers', ['true', '1'], 'text'],
      ['dates', ['2024-02-29', '1999-12-31'], 'date'],
      ['impossible dates', ['2023-02-29'], 'text'],
      [
        'datetimes with and without offset',
        ['2024-01-01T00:00:00Z', '2024-01-01 10:00', '2024-01-01T10:00:00.5+02:00'],
        'datetime',
      ],
      ['dates and datetimes', ['2024-01-01', '2024-01-01 10:00:00'], 'datetime'],
      ['datetimes with nanoseconds', ['2024-01-01T00:00:00.123456789Z'], 'datetime'],
      ['dates in the year 0 among others', ['0000-01-01', '2024-01-01'], 'date'],
      ['dates beyond the year 9999', ['10000-01-01'], 'text'],
      ['times', ['00:00', '23:59:59.5'], 'time'],
      ['hours over 23', ['24:00'], 'text'],
      ['numbers with one text among them', ['1', '2', 'none at all'], 'text'],
      ['numbers and words for no value', ['1', '2', 'n/a', '-'], 'integer'],
      ['numbers and empty text', ['1', '""'], 'integer'],
      ['numbers with blanks', ['1', ' 2'], 'integer'],
    ])('%s', async (_, values, type) => {
      const { types } = await bench.importText(`v,w\n${values.map((value) => `${value},x`).join('\n')}`);
      expect(types.v).toBe(type);
    });

    it('is decided by the last row as much as by the first', async () => {
      const { types, rows } = await bench.importText(`v,w\n${'1,x\n'.repeat(200_000)}01,x\n`);
      expect(types.v).toBe('text');
      expect((await rows(1))[0]).toBe('{"v":"1","w":"x"}');
    });

    it('writes every value exactly', async () => {
      const { rows } = await bench.importText(
        [
          'i,n,d,b,day,at,clock,t',
          '-9223372036854775808,0.1,12345678901234567890.5,true,2024-02-29,2024-01-01T10:00:00.120+02:00,10:00:00.5,"é ""q"" \\ \t😀"',
          '9223372036854775807,1e-7,-0.000000001,FALSE,0001-01-01,2024-01-01 00:00:00,09:30,""',
          ',,,,,,,',
        ].join('\n'),
      );
      expect(await rows()).toEqual([
        '{"i":-9223372036854775808,"n":0.1,"d":12345678901234567890.500000000,"b":true,"day":"2024-02-29","at":"2024-01-01T08:00:00.12Z","clock":"10:00:00.5","t":"é \\"q\\" \\\\ \\t😀"}',
        '{"i":9223372036854775807,"n":1e-07,"d":-0.000000001,"b":false,"day":"0001-01-01","at":"2024-01-01T00:00:00Z","clock":"09:30:00","t":""}',
        '{"i":null,"n":null,"d":null,"b":null,"day":null,"at":null,"clock":null,"t":null}',
      ]);
    });

    it('leaves texts of JSON texts that look like numbers, and takes their words for no value and their dates', async () => {
      const rows = [
        { code: '12', amount: 1.5, day: '18/10/2022', flag: 'true', when: '2024-01-01' },
        { code: '7', amount: 'NA', day: '01/10/2022', flag: 'false', when: '10000-01-01' },
      ];
      const { types, rows: read, warnings } = await bench.importText(JSON.stringify(rows), 'json');
      expect(types).toEqual({ code: 'text', amount: 'number', day: 'date', flag: 'text', when: 'date' });
      expect(await read()).toEqual([
        '{"code":"12","amount":1.5,"day":"2022-10-18","flag":"true","when":"2024-01-01"}',
        '{"code":"7","amount":null,"day":"2022-10-01","flag":"false","when":null}',
      ]);
      expect(warnings.map(({ code, field, count }) => [code, field, count])).toEqual([
        ['nulls_guessed', 'amount', 1],
        ['date_format_guessed', 'day', 2],
        ['out_of_range', 'when', 1],
      ]);
      const { types: said } = await bench.importText(JSON.stringify(rows), 'json', {
        reading: { fields: { code: { thousands: ',' } } },
      });
      expect(said.code).toBe('integer');
      const reading = { nulls: ['NA', '7'], trim: true };
      const named = await bench.importText(JSON.stringify(rows), 'json', { reading });
      expect(named.types).toMatchObject({ code: 'text', amount: 'number', flag: 'text' });
      expect((await named.rows())[1]).toMatch('"code":null,"amount":null');
    });

    it('finds numbers behind words that were said to stand for no value, also where all of the first cells are such', async () => {
      const lines = Array.from({ length: 10_000 }, (_, row) => (row < 9_000 ? 'to be told' : `${row}`));
      const reading = { nulls: ['to be told'] };
      const { types, fields } = await bench.importText(`v\n${lines.join('\n')}\n`, 'csv', { reading });
      expect([types, fields[0]?.min, fields[0]?.max]).toEqual([{ v: 'integer' }, '9000', '9999']);
    });

    it.each([1, 2_500])('takes words and blanks that were said from a column whose text is in row %i', async (row) => {
      const cell = (index: number) => (index === row ? ' one ' : index % 3 === 0 ? 'NA' : `${index}`);
      const lines = Array.from(
        { length: 3_000 },
        (_, index) => `${index},${cell(index)},${index % 2 === 0 ? '-1' : '5'}`,
      );
      const reading = { nulls: ['NA', '-1'], trim: true };
      const { fields, types } = await bench.importText(`id,mixed,number\n${lines.join('\n')}\n`, 'csv', { reading });
      expect(types).toEqual({ id: 'integer', mixed: 'text', number: 'integer' });
      expect(fields.map(({ min, max, distinct }) => [min, max, distinct])).toEqual([
        ['0', '2999', 3_000],
        [row === 1 ? '"10"' : '"1"', '"one"', 2_000],
        ['5', '5', 1],
      ]);
    });

    it('counts the different values of every field exactly: a field of ids has as many as there are rows', async () => {
      const lines = Array.from({ length: 20_000 }, (_, row) => `${row},user ${row},${row % 7},`);
      const { fields } = await bench.importText(`id,name,group,none\n${lines.join('\n')}\n`);
      expect(fields.map(({ distinct }) => distinct)).toEqual([20_000, 20_000, 7, null]);
    });

    it('counts no null among the different values of a text', async () => {
      const { fields } = await bench.importText('id,word\n1,tree\n2,tree\n3,\n4,leaf\n');
      expect(fields.map(({ distinct }) => distinct)).toEqual([4, 2]);
    });

    it('makes NaN and Infinity null and says so', async () => {
      const { types, rows, warnings } = await bench.importText('v,w\n1.5,x\nNaN,x\n-inf,x\n');
      expect(types.v).toBe('number');
      expect(await rows()).toEqual(['{"v":1.5,"w":"x"}', '{"v":null,"w":"x"}', '{"v":null,"w":"x"}']);
      expect(warnings).toMatchObject([{ code: 'not_finite', field: 'v', count: 2 }]);
    });

    it('keeps the digits of JSON numbers, also in nested values, and mixes as text or json', async () => {
      const { types, rows } = await bench.importText(
        '[{"n":12345678901234567890123.5,"x":1,"y":{"a":[1.0000000000000000001]},"day":"2024-01-01"},{"n":1,"x":"ü\\u0001","y":"s","day":null},{"n":2,"x":true,"y":3}]',
        'json',
      );
      expect(types).toEqual({ n: 'decimal(1)', x: 'text', y: 'json', day: 'date' });
      expect(await rows()).toEqual([
        '{"n":12345678901234567890123.5,"x":"1","y":{"a":[1.0000000000000000001]},"day":"2024-01-01"}',
        '{"n":1.0,"x":"ü\\u0001","y":"s","day":null}',
        '{"n":2.0,"x":"true","y":3,"day":null}',
      ]);
    });

    it('reads numbers in JSON strings as the text that they are', async () => {
      const { types } = await bench.importText('{"zip":"02134","n":1}\n{"zip":"12","n":2}\n', 'ndjson');
      expect(types).toEqual({ zip: 'text', n: 'integer' });
    });
  });

  describe('types that were asked for', () => {
    it('win over what the file suggests, by name or label', async () => {
      const { types, rows } = await bench.importText(
        'the zip,n,at,ok\n02134,1,2024-01-01,yes\n1,,2024-01-02,0\n',
        'csv',
        {
          types: { 'the zip': 'integer', n: 'text', at: 'datetime', ok: 'boolean' },
        },
      );
      expect(types).toEqual({ the_zip: 'integer', n: 'text', at: 'datetime', ok: 'boolean' });
      expect(await rows()).toEqual([
        '{"the_zip":2134,"n":"1","at":"2024-01-01T00:00:00Z","ok":true}',
        '{"the_zip":1,"n":null,"at":"2024-01-02T00:00:00Z","ok":false}',
      ]);
    });

    it('refuse the file at every value that does not fit, with line and column', async () => {
      const source = 'a,b\n1,2\n"x\ny",z\n3,2.5\n';
      const { faults } = await refusalOf(bench.importText(source, 'csv', { types: { b: 'integer', a: 'integer' } }));
      expect(faults).toMatchObject([
        { in: 'file', line: 3, column: 1, name: 'a', code: 'type_mismatch' },
        { in: 'file', line: 4, column: 4, name: 'b', code: 'type_mismatch' },
        { in: 'file', line: 5, column: 3, name: 'b', code: 'type_mismatch' },
      ]);
      const json = '[{"a": 1},\n  {"b": "é", "a": "é"}]';
      expect((await refusalOf(bench.importText(json, 'json', { types: { a: 'integer' } }))).faults).toMatchObject([
        { line: 2, column: 19 },
      ]);
    });

    it('take strict JSON only', async () => {
      const types = { j: 'json' } as const;
      const { rows } = await bench.importText('j,k\n"{""a"": [1,\n 2.50]}",x\n', 'csv', { types });
      expect(await rows()).toEqual(['{"j":{"a": [1,  2.50]},"k":"x"}']);
      for (const value of ['[1,]', 'NaN', '{a:1}', '[-Infinity]']) {
        const source = `j,k\n"${value}",x\n`;
        expect((await refusalOf(bench.importText(source, 'csv', { types }))).faults).toMatchObject([
          { line: 2, column: 1 },
        ]);
      }
    });

    it('name a field that there is', async () => {
      expect((await refusalOf(bench.importText('a,b\n1,2\n', 'csv', { types: { c: 'text' } }))).faults).toMatchObject([
        { in: 'query', name: 'types', code: 'unknown_field', allowed: ['a', 'b'] },
      ]);
    });
  });
});
