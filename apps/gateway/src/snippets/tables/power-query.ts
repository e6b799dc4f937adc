import { inPowerQuery } from '../literals';
import { addressOf, TOKEN_VARIABLE } from '../subject';
import type { TableProgram } from './table-read';

const HEAD = `// ${TOKEN_VARIABLE} is a text parameter of the workbook (Manage Parameters); the source's credentials are anonymous.
let`;
const HEADERS = `Headers = [Authorization = "Bearer " & ${TOKEN_VARIABLE}, Prefer = "links=absolute"]`;

/** Pages follow each other by the field `Link`, whatever their format. CSV is text until the columns are given types. */
export const powerQuery: TableProgram = ({ format, isPaged, ...request }) => {
  const table =
    format === 'csv'
      ? 'Table.PromoteHeaders(Csv.Document(answer, [Encoding = 65001, QuoteStyle = QuoteStyle.Csv]))'
      : 'Table.FromRecords(Json.Document(answer), null, MissingField.UseNull)';
  const address = inPowerQuery(addressOf(request));
  if (!isPaged) {
    return `${HEAD}
    ToTable = (answer as binary) => ${table},
    Rows = ToTable(Web.Contents(${address}, [${HEADERS}]))
in
    Rows`;
  }
  return `${HEAD}
    ToTable = (answer as binary) => ${table},
    Read = (address as text) => Web.Contents(address, [${HEADERS}]),
    Next = (answer as binary) => Text.BetweenDelimiters(
        Record.FieldOrDefault(Value.Metadata(answer)[Headers], "Link", ""), "<", ">"),
    Pages = List.Generate(
        () => Read(${address}),
        each _ <> null,
        each if Next(_) = "" then null else Read(Next(_)),
        each ToTable(_)),
    Rows = Table.Combine(Pages)
in
    Rows`;
};
