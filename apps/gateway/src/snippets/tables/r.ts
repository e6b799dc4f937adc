import type { ListedFormat } from '@sluice/contracts/formats';
import { inR } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';
import type { TableProgram } from './table-read';

const TOKEN = `Authorization = paste("Bearer", Sys.getenv("${TOKEN_VARIABLE}"))`;
const TEXT = 'content(response, "text", encoding = "UTF-8")';

/** Says what the server says: the status alone does not tell what to do. */
const STOP = `if (http_error(response)) stop(${TEXT})`;

/** Reads one answer, the variable `response`. R itself has no 64-bit integers: arrow brings them, all else texts. */
const reads: Readonly<Record<ListedFormat, string>> = {
  parquet: 'arrow::read_parquet(content(response, "raw"))',
  arrow: 'arrow::read_ipc_stream(content(response, "raw"))',
  csv: `read.csv(text = ${TEXT}, check.names = FALSE, na.strings = "", numerals = "no.loss")`,
  ndjson: `jsonlite::fromJSON(paste0("[", gsub("\\n", ",", trimws(${TEXT})), "]"), bigint_as_char = TRUE)`,
  json: `jsonlite::fromJSON(${TEXT}, bigint_as_char = TRUE)`,
};

export const rTable: TableProgram = ({ format, isPaged, ...request }) => {
  if (!isPaged) {
    return `library(httr)

response <- GET(
  ${inR(addressOf(request))},
  add_headers(${TOKEN})
)
${STOP}
rows <- ${reads[format]}
print(rows)`;
  }
  return `library(httr)

address <- ${inR(addressOf(request))}
pages <- list()
while (!is.null(address)) {
  response <- GET(address, add_headers(${TOKEN}, Prefer = "links=absolute"))
  ${STOP}
  pages[[length(pages) + 1]] <- ${reads[format]}
  link <- headers(response)$link
  address <- if (is.null(link)) NULL else sub("^<([^>]*)>.*$", "\\\\1", link)
}
rows <- do.call(rbind, pages)
print(rows)`;
};

export const rSending: Program = ({ body, ...request }) => `library(httr)

key <- paste(sample(c(0:9, letters), 32, replace = TRUE), collapse = "")
response <- POST(
  ${inR(addressOf(request))},
  add_headers(${TOKEN}, \`Idempotency-Key\` = key),
  content_type_json(),
  body = ${inR(body ?? '')}
)
${STOP}
print(jsonlite::fromJSON(${TEXT}))`;
