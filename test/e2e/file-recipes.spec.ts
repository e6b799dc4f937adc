import { type FileTool, fileRecipes } from '../../apps/console/src/pages/api-docs/file-recipes';
import { duckdbRunner, pythonRunner, type Runner, rRunner, runProgram, skippedBecause } from '../support/programs';
import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROWS = 3_000;
const FLOOR = 1_234;
/** Whatever is typed into the form stays in its literal. */
const hostile = new URLSearchParams({ from_id: String(FLOOR), without: `it's "quoted" \\ {x} #` });
const counted = 'print(len(rows), int(rows["id"].sum()))';

const cases: [FileTool, Runner, (code: string) => string][] = [
  ['duckdb', duckdbRunner, (code) => code.replace('SELECT *', "SELECT count(*) || ' ' || sum(id) AS told")],
  ['pandas', pythonRunner, (code) => `${code}\n${counted}`],
  ['polars', pythonRunner, (code) => `${code}\n${counted}`],
  ['r', rRunner, (code) => `${code}\ncat(nrow(rows), as.character(sum(rows$id)))`],
];

describe('a recipe of the console', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret: string;
  const url = () => `${stack.url}/api/file-recipes`;

  beforeAll(async () => {
    const lines = Array.from({ length: ROWS }, (_, id) => `${id},city ${id % 50}`);
    const dataset = await publisher.dataset('File recipes');
    await publisher.version(dataset.id, 'csv', `id,city\n${lines.join('\n')}\n`);
    const api = await publisher.api({
      name: 'File recipes',
      datasetId: dataset.id,
      active: true,
      rowFilter: { id: { gte: { $param: 'from_id' } }, city: { ne: { $param: 'without' } } },
      parameters: [
        { name: 'from_id', type: 'integer', default: 0 },
        { name: 'without', type: 'text', default: 'nothing' },
      ],
    });
    const issued = await publisher.token('File recipes');
    await publisher.assign(api.id, issued.token.id);
    secret = issued.secret;
    const headers = { authorization: `Bearer ${secret}` };
    await waitFor('the API', async () => (await fetch(url(), { headers })).status === 200);
  });

  describe.each(cases)('for %s', (tool, runner, told) => {
    const ran = runner.missing === undefined ? it : it.skip;
    ran.each([
      ['', ROWS, (ROWS * (ROWS - 1)) / 2],
      [hostile.toString(), ROWS - FLOOR, ((ROWS - FLOOR) * (ROWS - 1 + FLOOR)) / 2],
    ])(`reads every row with the parameters "%s"${skippedBecause(runner)}`, async (parameters, count, sum) => {
      const program = told(fileRecipes[tool].code({ url: url(), parameters }));
      const { stdout, stderr } = await runProgram(runner, program, { SLUICE_TOKEN: secret });
      expect(stdout + stderr).toContain(`${count} ${sum}`);
    });
  });
});
