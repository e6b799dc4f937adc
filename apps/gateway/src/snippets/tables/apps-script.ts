import { inScript } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';
import type { TableProgram } from './table-read';

const TOKEN_PLACE = `// The token is the script property ${TOKEN_VARIABLE} (Project Settings, Script Properties).
`;
const TOKEN = `  const token = PropertiesService.getScriptProperties().getProperty("${TOKEN_VARIABLE}");`;
const HEAD = `${TOKEN_PLACE}// Run readRows to fill the sheet, or write =SLUICE_ROWS() into a cell.

/** @customfunction */
function SLUICE_ROWS() {
${TOKEN}`;
const WRITE = `
  return rows;
}

function readRows() {
  const rows = SLUICE_ROWS();
  SpreadsheetApp.getActiveSheet().clearContents().getRange(1, 1, rows.length, rows[0].length).setValues(rows);
}`;

/** Gives the CSV of a query, in which no cell is a formula, to a sheet. */
export const appsScriptTable: TableProgram = ({ isPaged, ...request }) => {
  const address = inScript(addressOf(request));
  if (!isPaged) {
    return `${HEAD}
  const response = UrlFetchApp.fetch(${address}, {
    headers: { Authorization: \`Bearer \${token}\` },
  });
  const rows = Utilities.parseCsv(response.getContentText("UTF-8"));${WRITE}`;
  }
  return `${HEAD}
  const rows = [];
  let address = ${address};
  while (address) {
    const response = UrlFetchApp.fetch(address, {
      headers: { Authorization: \`Bearer \${token}\`, Prefer: "links=absolute" },
    });
    const [names, ...page] = Utilities.parseCsv(response.getContentText("UTF-8"));
    if (rows.length === 0) rows.push(names);
    for (const row of page) rows.push(row);
    const link = response.getHeaders().Link;
    address = link ? link.slice(1, link.indexOf(">")) : null;
  }${WRITE}`;
};

export const appsScriptSending: Program = ({ body, ...request }) => `${TOKEN_PLACE}function sendRows() {
${TOKEN}
  const response = UrlFetchApp.fetch(${inScript(addressOf(request))}, {
    method: "post",
    contentType: "application/json",
    payload: ${inScript(body ?? '')},
    headers: { Authorization: \`Bearer \${token}\`, "Idempotency-Key": Utilities.getUuid() },
  });
  Logger.log(response.getContentText("UTF-8"));
}`;
