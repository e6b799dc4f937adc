import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { answerTo, Publisher, read } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const venv = pythonVenv(['frictionless==5.21.0', 'mlcroissant==1.1.1']);
const runner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
const tools = runner.missing === undefined ? it : it.skip;

describe('an API described for catalogues', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish(
      'Catalogued towns',
      'csv',
      'id,Town name,founded,size,note\n1,Rome,0753-04-21,2.5,"a, b"\n2,Oslo,1048-01-01,,\n',
    );
  });

  const ask = (rest: string) => read(stack.url, `catalogued-towns${rest}`, open.secret);
  const change = async (settings: object) => {
    const { headers } = await publisher.call('GET', `/apis/${open.api.id}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    expect((await publisher.call('PATCH', `/apis/${open.api.id}`, settings, ifMatch)).status).toBe(200);
  };

  it('names its rows as of now, and their fields', async () => {
    const { status, json, headers } = await ask('/_datapackage.json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const { resources } = json as { resources: { path: string; schema: { fields: object[] } }[] };
    expect(resources[0]?.schema.fields).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'Town_name', type: 'string', title: 'Town name' },
      { name: 'founded', type: 'date' },
      { name: 'size', type: 'number' },
      { name: 'note', type: 'string' },
    ]);
    const path = resources[0]?.path ?? '';
    expect(path).toBe(`${stack.url}/api/catalogued-towns/_export?_format=csv&_at=1`);
    const rows = await (await fetch(path, { headers: { authorization: `Bearer ${open.secret}` } })).text();
    expect(rows).toContain('Rome,0753-04-21,2.5');
  });

  tools(
    `is valid, and its rows are read by its description${skippedBecause(runner)}`,
    async () => {
      const program = `
import json, os, frictionless, mlcroissant, requests
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
base = os.environ["BASE"]
package = session.get(base + "/_datapackage.json").json()
print(json.dumps([error.note for error in frictionless.Package.metadata_validate(package)] if hasattr(frictionless.Package, "metadata_validate") else []))
with frictionless.system.use_context(http_session=session):
    print(json.dumps([[str(value) for value in row.to_dict().values()] for row in frictionless.Package.from_descriptor(package).resources[0].read_rows()]))
described = session.get(base + "/_croissant.json").json()
dataset = mlcroissant.Dataset(jsonld=described)
print(json.dumps(sorted(dataset.metadata.issues.errors)))
print(json.dumps([field.name for field in dataset.metadata.record_sets[0].fields]))
`;
      const env = { BASE: `${stack.url}/api/catalogued-towns`, TOKEN: open.secret };
      const { stdout, stderr } = await runProgram(runner, program, env);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line || 'null'));
      if (lines.length < 4) throw new Error(stderr);
      const [faults, rows, errors, fields] = lines.slice(-4);
      expect(faults).toEqual([]);
      expect(rows).toEqual([
        ['1', 'Rome', '0753-04-21', '2.5', 'a, b'],
        ['2', 'Oslo', '1048-01-01', 'None', 'None'],
      ]);
      expect(errors).toEqual([]);
      expect(fields).toEqual(['id', 'Town_name', 'founded', 'size', 'note']);
    },
    120_000,
  );

  it('tells nothing of what is hidden, nothing without a token, and nothing where exports are off', async () => {
    await change({ exposed: ['id', 'Town_name'] });
    await waitFor(
      'the hidden fields to be hidden',
      async () => !(await ask('/_croissant.json')).text.includes('founded'),
    );
    expect((await ask('/_datapackage.json')).text).not.toContain('founded');
    for (const name of ['_datapackage.json', '_croissant.json'])
      expect((await answerTo(`${stack.url}/api/catalogued-towns/${name}`)).status).toBe(401);
    await change({ export: false });
    await waitFor('the end of exports', async () => (await ask('/_croissant.json')).status === 404);
  });
});
