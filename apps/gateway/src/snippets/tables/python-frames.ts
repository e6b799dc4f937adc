import type { ListedFormat } from '@sluice/contracts/formats';
import { inPython } from '../literals';
import { pythonBearer, pythonParameters, raiseRefusal } from '../programs/python';
import { addressOf } from '../subject';
import type { TableProgram, TableRead } from './table-read';

/** A library for data frames. */
interface Frames {
  imports: string;
  /** Reads one answer, the variable `response`. */
  read: Readonly<Record<ListedFormat, string>>;
  /** Joins the variable `pages`. */
  join: string;
}

const BYTES = 'io.BytesIO(response.content)';
const LINES = '[json.loads(line) for line in response.content.splitlines()]';

/** The types of pyarrow hold whole numbers beside nulls; no text is taken for a number or a null. */
export const pandas = programOf({
  imports: 'import pandas as pd',
  read: {
    parquet: `pd.read_parquet(${BYTES}, dtype_backend="pyarrow")`,
    arrow: `pa.ipc.open_stream(response.content).read_all().to_pandas(types_mapper=pd.ArrowDtype)`,
    csv: `pd.read_csv(${BYTES}, dtype_backend="pyarrow", keep_default_na=False, na_values=[""])`,
    ndjson: `pd.DataFrame(${LINES})`,
    json: 'pd.DataFrame(response.json())',
  },
  join: 'pd.concat(pages, ignore_index=True)',
});

export const polars = programOf({
  imports: 'import polars as pl',
  read: {
    parquet: `pl.read_parquet(${BYTES})`,
    arrow: `pl.read_ipc_stream(${BYTES})`,
    csv: `pl.read_csv(${BYTES}, infer_schema_length=None)`,
    ndjson: `pl.DataFrame(${LINES}, infer_schema_length=None)`,
    json: 'pl.DataFrame(response.json(), infer_schema_length=None)',
  },
  join: 'pl.concat(pages, how="vertical_relaxed")',
});

function programOf(frames: Frames): TableProgram {
  return (read) =>
    `${importsOf(read, frames)}\n\n${read.isPaged ? paged(read, frames) : whole(read, frames)}\nprint(rows)`;
}

function importsOf({ format }: TableRead, { imports, read }: Frames): string {
  const standard = ['io', 'json', 'os'].filter((name) => name === 'os' || read[format].includes(`${name}.`));
  const arrow = read[format].startsWith('pa.') ? 'import pyarrow as pa\n' : '';
  return `${standard.map((name) => `import ${name}`).join('\n')}\n\n${imports}\n${arrow}import requests`;
}

function whole({ url, parameters, format }: TableRead, { read }: Frames): string {
  return `response = requests.get(
    ${inPython(url)},
${pythonParameters(parameters)}    headers={"Authorization": ${pythonBearer}},
    timeout=600,
)
${raiseRefusal()}
rows = ${read[format]}`;
}

function paged(request: TableRead, { read, join }: Frames): string {
  return `headers = {"Authorization": ${pythonBearer}, "Prefer": "links=absolute"}
address = ${inPython(addressOf(request))}
pages = []
while address:
    response = requests.get(address, headers=headers, timeout=60)
${raiseRefusal('    ')}
    pages.append(${read[request.format]})
    address = response.links.get("next", {}).get("url")
rows = ${join}`;
}
