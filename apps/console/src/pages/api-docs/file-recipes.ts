/** An API that is read as a file. */
export interface FileSubject {
  /** The whole address of the endpoint. */
  url: string;
  /** The API's own parameters, encoded as a query string; empty without. */
  parameters: string;
}

interface FileRecipe {
  name: string;
  hint: string;
  code: (subject: FileSubject) => string;
}

/** The address of the Parquet file of all that the API shows. */
export const fileAddress = ({ url, parameters }: FileSubject) => `${url}/_parquet${parameters && `?${parameters}`}`;

const DUCKDB = ({ url, ...subject }: FileSubject) => `INSTALL httpfs;
LOAD httpfs;
CREATE OR REPLACE SECRET sluice (
  TYPE http,
  SCOPE '${new URL(url).origin}',
  BEARER_TOKEN getenv('SLUICE_TOKEN')
);

SELECT * FROM read_parquet('${fileAddress({ url, ...subject })}');`;

const PANDAS = (subject: FileSubject) => `import os

import pandas as pd

rows = pd.read_parquet(
    "${fileAddress(subject)}",
    storage_options={"Authorization": f"Bearer {os.environ['SLUICE_TOKEN']}"},
)`;

const POLARS = ({ url, parameters }: FileSubject) => `import os

import polars as pl
import requests

link = requests.post(
    "${url}/_links",
    headers={"Authorization": f"Bearer {os.environ['SLUICE_TOKEN']}"},
    json={"format": "parquet"${parameters && `, "query": "${parameters}"`}},
)
link.raise_for_status()
rows = pl.scan_parquet(link.json()["url"]).collect()`;

const R = (subject: FileSubject) => `library(httr)
response <- GET("${fileAddress(subject)}",
                add_headers(Authorization = paste("Bearer", Sys.getenv("SLUICE_TOKEN"))))
stop_for_status(response)
rows <- arrow::read_parquet(content(response, "raw"))`;

const SHEETS = () => `Google Sheets, in a cell:
=IMPORTDATA("the link")

Excel, Power BI: Get Data, Blank Query, Advanced Editor:
let
    Answer = Web.Contents("the link"),
    Rows = Table.PromoteHeaders(Csv.Document(Answer, [Encoding = 65001, QuoteStyle = QuoteStyle.Csv]))
in
    Rows`;

const FROM_ENVIRONMENT = 'The token is read from the environment variable SLUICE_TOKEN.';

/**
 * Programs that read an API as a file, for people to copy. Addresses are encoded and paths have letters, digits and hyphens
 * alone, so that none leaves its literal; no secret stands in them.
 */
export const fileRecipes = {
  duckdb: {
    name: 'DuckDB: SQL',
    hint: `Fetches the columns and row groups that the query needs. ${FROM_ENVIRONMENT}`,
    code: DUCKDB,
  },
  pandas: { name: 'Python: pandas', hint: FROM_ENVIRONMENT, code: PANDAS },
  polars: {
    name: 'Python: Polars',
    hint: `Makes a link of its own for 15 minutes, and fetches the columns and row groups that it needs. ${FROM_ENVIRONMENT}`,
    code: POLARS,
  },
  r: { name: 'R: arrow', hint: `Fetches the whole file. ${FROM_ENVIRONMENT}`, code: R },
  sheets: {
    name: 'Excel, Google Sheets: a link',
    hint: 'Make a link to CSV first: to the latest rows where the API allows it (Advanced, Links to the latest rows), with _formulas=escape as query for texts that begin with =.',
    code: SHEETS,
  },
} as const satisfies Record<string, FileRecipe>;

export type FileTool = keyof typeof fileRecipes;
