import type { SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import type { Method } from '@sluice/contracts/registry/apis';
import { type ClientId, HTTPSnippet, type TargetId } from 'httpsnippet';
import { plainJson, scriptValue } from './snippet-body';

interface Subject {
  method: Method;
  url: string;
  /** Without `?`. */
  query: string;
  /** The rows that a POST sends, as JSON. */
  body?: string;
}

const VARIABLE = 'SLUICE_TOKEN';
/** The library writes an encoded quote plain into an address, also where it ends the literal: it goes in as this word. */
const QUOTE = 'sluice-quote-goes-here';
/** Stand where the body and its key go. */
const BODY = 'sluice-body-goes-here';
const KEY = 'sluice-key-goes-here';
/** Stands where the token goes until it gives way to the language's own way of reading a variable. */
const PLACEHOLDER = 'sluice-token-goes-here';

interface Recipe {
  target: TargetId;
  client: ClientId;
  /** The literal that the library writes, and the expression in its place. */
  token: readonly [literal: string, expression: string];
  /** Pairs of a text and the expression that takes its place. */
  needs?: readonly [text: string, replacement: string];
  /** The literal of a body that the library writes, and how the language writes ours. */
  body: readonly [literal: string, write: (json: string) => string];
  /** The same for a new key of each request. */
  key: readonly [literal: string, expression: string];
  /** The parts that differ when rows are sent. */
  sending?: readonly (readonly [text: string, replacement: string])[];
}

const recipes: Readonly<Record<Exclude<SnippetLanguage, 'r' | 'pandas'>, Recipe>> = {
  axios: {
    target: 'javascript',
    client: 'axios',
    token: [`'Bearer ${PLACEHOLDER}'`, `\`Bearer \${process.env.${VARIABLE}}\``],
    body: [`'${BODY}'`, (json) => scriptValue(json) ?? JSON.stringify(json)],
    key: [`'${KEY}'`, 'crypto.randomUUID()'],
  },
  fetch: {
    target: 'javascript',
    client: 'fetch',
    token: [`'Bearer ${PLACEHOLDER}'`, `\`Bearer \${process.env.${VARIABLE}}\``],
    body: [`'${BODY}'`, (json) => sentByScript(json)],
    key: [`'${KEY}'`, 'crypto.randomUUID()'],
  },
  curl: {
    target: 'shell',
    client: 'curl',
    token: [`'Authorization: Bearer ${PLACEHOLDER}'`, `"Authorization: Bearer $${VARIABLE}"`],
    body: [`--data ${BODY}`, (json) => `--data '${json}'`],
    key: [`'Idempotency-Key: ${KEY}'`, '"Idempotency-Key: $(uuidgen)"'],
  },
  python: {
    target: 'python',
    client: 'requests',
    token: [`"Bearer ${PLACEHOLDER}"`, `f"Bearer {os.environ['${VARIABLE}']}"`],
    needs: ['import requests', 'import os\n\nimport requests'],
    body: [`"${BODY}"`, JSON.stringify],
    key: [`"${KEY}"`, 'str(uuid.uuid4())'],
    sending: [['import os\n', 'import os\nimport uuid\n']],
  },
  go: {
    target: 'go',
    client: 'native',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer "+os.Getenv("${VARIABLE}")`],
    needs: ['\t"io"\n', '\t"io"\n\t"os"\n'],
    body: [`"${BODY}"`, JSON.stringify],
    key: [`"${KEY}"`, 'rand.Text()'],
    sending: [['import (\n', 'import (\n\t"crypto/rand"\n']],
  },
  csharp: {
    target: 'csharp',
    client: 'httpclient',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer " + Environment.GetEnvironmentVariable("${VARIABLE}")`],
    body: [`"${BODY}"`, JSON.stringify],
    key: [`"${KEY}"`, 'Guid.NewGuid().ToString()'],
    sending: [['"text/plain"', '"application/json"']],
  },
  java: {
    target: 'java',
    client: 'nethttp',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer " + System.getenv("${VARIABLE}")`],
    needs: ['HttpRequest request', 'import java.net.URI;\nimport java.net.http.*;\n\nHttpRequest request'],
    body: [`"${BODY}"`, JSON.stringify],
    key: [`"${KEY}"`, 'UUID.randomUUID().toString()'],
    sending: [['import java.net.http.*;\n', 'import java.net.http.*;\nimport java.util.UUID;\n']],
  },
  php: {
    target: 'php',
    client: 'curl',
    token: [`"Authorization: Bearer ${PLACEHOLDER}"`, `"Authorization: Bearer " . getenv("${VARIABLE}")`],
    body: [`"${BODY}"`, (json) => `'${json.replaceAll('\\', '\\\\')}'`],
    key: [`"Idempotency-Key: ${KEY}"`, '"Idempotency-Key: " . bin2hex(random_bytes(16))'],
  },
  powershell: {
    target: 'powershell',
    client: 'restmethod',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer $env:${VARIABLE}"`],
    body: [`'${BODY}'`, (json) => `'${json}'`],
    key: [`"${KEY}"`, '[guid]::NewGuid().ToString()'],
    // The content type is told beside the headers; older versions refuse it among them.
    sending: [['$headers.Add("Content-Type", "application/json")\n', '']],
  },
};

/** A request to an API as a piece of program in another language. It holds no secret. */
export function snippet(language: SnippetLanguage, { method, url, query, body }: Subject): string {
  // Encoded anew: what is left has no quotes or line ends that could leave a literal.
  const search = new URLSearchParams(query).toString();
  const address = search ? `${url}?${search}` : url;
  const json = method === 'POST' ? plainJson(body ?? '[]') : null;
  if (language === 'pandas') return pandas(address, json);
  if (language === 'r') return r(address, json);
  const { target, client, token, needs, body: rows, key, sending = [] } = recipes[language];
  const headers = [
    { name: 'Authorization', value: `Bearer ${PLACEHOLDER}` },
    { name: 'Accept', value: 'application/json' },
    ...(json === null ? [] : [{ name: 'Content-Type', value: 'application/json' }]),
    ...(json === null ? [] : [{ name: 'Idempotency-Key', value: KEY }]),
  ];
  const hasParameters = language === 'axios' || language === 'python';
  const safe = hasParameters ? address : address.replaceAll('%27', QUOTE);
  const whole = { method, url: safe, headers, httpVersion: 'HTTP/1.1', queryString: [], cookies: [] };
  const postData = json === null ? undefined : { mimeType: 'text/plain', text: BODY };
  const code = new HTTPSnippet({ ...whole, headersSize: -1, bodySize: -1, postData: postData as never }).convert(
    target,
    client,
  );
  const [text] = Array.isArray(code) ? code : [code];
  const changes = [token, ...(needs ? [needs] : [])];
  if (json !== null) changes.push(...sending, key, [rows[0], rows[1](json)]);
  return changes.reduce(
    (written, [from, to]) => written.replace(from, () => to),
    (text || '').replaceAll(QUOTE, '%27'),
  );
}

function sentByScript(json: string): string {
  const value = scriptValue(json);
  return value === null ? JSON.stringify(json) : `JSON.stringify(${value})`;
}

/** The library knows no pandas. */
function pandas(address: string, json: string | null): string {
  const token = `"Authorization": f"Bearer {os.environ['${VARIABLE}']}"`;
  if (json !== null) {
    return `import os
import uuid

import pandas as pd
import requests

response = requests.post(
    ${JSON.stringify(address)},
    data=${JSON.stringify(json)},
    headers={
        ${token},
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    },
)
response.raise_for_status()
print(pd.json_normalize(response.json()))`;
  }
  return `import os

import pandas as pd
import requests

response = requests.get(
    ${JSON.stringify(address)},
    headers={${token}, "Accept": "application/json"},
)
response.raise_for_status()
body = response.json()
rows = pd.json_normalize(body["data"] if isinstance(body, dict) else body)
print(rows)`;
}

/** The library's own R breaks on names that begin with an underscore, and joins repeated ones. */
function r(address: string, json: string | null): string {
  const token = `Authorization = paste("Bearer", Sys.getenv("${VARIABLE}"))`;
  if (json !== null) {
    return `library(httr)

key <- paste(sample(c(0:9, letters), 32, replace = TRUE), collapse = "")
response <- POST(
  ${JSON.stringify(address)},
  add_headers(${token}, \`Idempotency-Key\` = key),
  content_type_json(),
  body = ${JSON.stringify(json)}
)
stop_for_status(response)
print(jsonlite::fromJSON(content(response, "text", encoding = "UTF-8")))`;
  }
  return `library(httr)

response <- GET(
  ${JSON.stringify(address)},
  add_headers(${token}),
  accept_json()
)
stop_for_status(response)
rows <- jsonlite::fromJSON(content(response, "text", encoding = "UTF-8"))$data
print(rows)`;
}
