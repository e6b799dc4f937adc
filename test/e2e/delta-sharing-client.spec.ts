import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { Publisher } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { shareTowns } from '../support/shared-towns';
import { useSharedStack } from '../support/use-stack';

const venv = pythonVenv(['delta-sharing==1.4.2']);
const clientRunner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
const client = clientRunner.missing === undefined ? it : it.skip;

describe('the Python client of Delta Sharing', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);

  client(
    `reads rows as pages have them, of now and of then, and what changed${skippedBecause(clientRunner)}`,
    async () => {
      const table = await shareTowns(publisher, 'Client towns');
      const program = `
import delta_sharing, json, os
open("profile.share", "w").write(os.environ["PROFILE"])
client = delta_sharing.SharingClient("profile.share")
tables = [f"{t.share}.{t.schema}.{t.name}" for t in client.list_all_tables()]
url = "profile.share#sluice.default.client-towns"
told = lambda frame: json.loads(frame.to_json(orient="records", date_format="iso"))
print(json.dumps({
  "tables": [name for name in tables if name.endswith("client-towns")],
  "now": told(delta_sharing.load_as_pandas(url)),
  "limited": len(delta_sharing.load_as_pandas(url, limit=1)),
  "second": told(delta_sharing.load_as_pandas(url, version=2)),
  "then": told(delta_sharing.load_as_pandas(url, timestamp=os.environ["THEN"])),
  "changes": told(delta_sharing.load_table_changes_as_pandas(url, starting_version=0, ending_version=5)),
  "version": delta_sharing.get_table_version(url),
}))
`;
      const commits = (await publisher.call('GET', `/datasets/${table.datasetId}/commits`)).json;
      const third = (commits as { data: { commit: number; at: string }[] }).data.find(({ commit }) => commit === 3);
      const PROFILE = JSON.stringify({
        shareCredentialsVersion: 1,
        endpoint: `${stack.url}/delta-sharing/`,
        bearerToken: table.secret,
      });
      const { stdout, stderr } = await runProgram(clientRunner, program, { PROFILE, THEN: third?.at ?? '' });
      if (!stdout) throw new Error(stderr);
      const told = JSON.parse(stdout);
      const asPages = (rows: Record<string, unknown>[]) =>
        rows.map((row) => ({ ...row, founded: String(row.founded).slice(0, 10) }));
      expect(told).toMatchObject({ tables: ['sluice.default.client-towns'], limited: 1, version: 5 });
      expect(asPages(told.now)).toEqual(await table.pages('_limit=100'));
      expect(asPages(told.second)).toEqual(await table.pages('_at=2'));
      expect(asPages(told.then)).toEqual(await table.pages('_at=3'));
      const changed = told.changes as { id: number; _change_type: string; _commit_version: number }[];
      expect(changed.map((row) => [row._commit_version, row._change_type, row.id])).toEqual([
        [1, 'insert', 1],
        [1, 'insert', 2],
        [2, 'update_preimage', 1],
        [2, 'update_postimage', 1],
        [2, 'insert', 4],
        [3, 'delete', 2],
        [4, 'delete', 4],
        [4, 'update_preimage', 1],
        [4, 'update_postimage', 1],
        [4, 'insert', 2],
        [4, 'insert', 5],
        [5, 'update_preimage', 5],
        [5, 'update_postimage', 5],
      ]);
    },
    120_000,
  );

  client(
    `keeps types to the last digit, and empty tables${skippedBecause(clientRunner)}`,
    async () => {
      const types = encodeURIComponent(JSON.stringify({ price: 'decimal', tags: 'json' }));
      const file =
        'id,price,at,day,open,ratio,tags\n9007199254740993,12345678901234567890.123,2026-01-31T10:00:00.5Z,2026-01-31,true,0.1,"{""a"":[1]}"\n2,,,,,,\n';
      const { id: datasetId } = await publisher.dataset('Typed rows');
      await publisher.version(datasetId, 'csv', file, `?types=${types}`);
      const { token, secret } = await publisher.token('Typed rows');
      const names = ['Typed rows', 'No typed rows'];
      for (const name of names) {
        const rowFilter = name === 'No typed rows' ? { id: 0 } : null;
        const { id } = await publisher.api({ name, datasetId, active: true, rowFilter });
        await publisher.assign(id, token.id);
      }
      const program = `
import delta_sharing, os
open("profile.share", "w").write(os.environ["PROFILE"])
rows = delta_sharing.load_as_pandas("profile.share#sluice.default.typed-rows")
print([repr(value) for value in rows.iloc[0]])
print([bool(value is None or value != value) for value in rows.iloc[1]][1:])
none = delta_sharing.load_as_pandas("profile.share#sluice.default.no-typed-rows")
print(list(none.columns), len(none))
`;
      const endpoint = `${stack.url}/delta-sharing/`;
      const PROFILE = JSON.stringify({ shareCredentialsVersion: 1, endpoint, bearerToken: secret });
      const { stdout, stderr } = await runProgram(clientRunner, program, { PROFILE });
      const [first = '', second, third] = stdout.trim().split('\n');
      if (!stdout) throw new Error(stderr);
      for (const part of [
        '9007199254740993',
        "Decimal('12345678901234567890.123')",
        '2026-01-31 10:00:00.5',
        'date(2026, 1, 31)',
        'True',
        '0.1',
        '{"a":[1]}',
      ])
        expect(first).toContain(part);
      expect(second).toBe(`[${Array.from({ length: 6 }, () => 'True').join(', ')}]`);
      expect(third).toBe("['id', 'price', 'at', 'day', 'open', 'ratio', 'tags'] 0");
    },
    120_000,
  );
});
