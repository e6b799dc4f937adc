import type { Method } from '@sluice/contracts/apis';
import type { SnippetLanguage } from '@sluice/contracts/snippets';
import { type ClientId, HTTPSnippet, type TargetId } from 'httpsnippet';

interface Subject {
  method: Method;
  url: string;
  /** Without `?`. */
  query: string;
}

const VARIABLE = 'SLUICE_TOKEN';
/** The library writes an encoded quote plain into an address, also where it ends the literal: it goes in as this word. */
const QUOTE = 'sluice-quote-goes-here';
/** Stands where the token goes until it gives way to the language's own way of reading a variable. */
const PLACEHOLDER = 'sluice-token-goes-here';

interface Recipe {
  target: TargetId;
  client: ClientId;
  /** The literal that the library writes, and the expression in its place. */
  token: readonly [literal: string, expression: string];
  /** What the expression needs: a text, and what takes its place. */
  needs?: readonly [text: string, replacement: string];
}

const recipes: Readonly<Record<Exclude<SnippetLanguage, 'r' | 'pandas'>, Recipe>> = {
  axios: {
    target: 'javascript',
    client: 'axios',
    token: [`'Bearer ${PLACEHOLDER}'`, `\`Bearer \${process.env.${VARIABLE}}\``],
  },
  fetch: {
    target: 'javascript',
    client: 'fetch',
    token: [`'Bearer ${PLACEHOLDER}'`, `\`Bearer \${process.env.${VARIABLE}}\``],
  },
  curl: {
    target: 'shell',
    client: 'curl',
    token: [`'Authorization: Bearer ${PLACEHOLDER}'`, `"Authorization: Bearer $${VARIABLE}"`],
  },
  python: {
    target: 'python',
    client: 'requests',
    token: [`"Bearer ${PLACEHOLDER}"`, `f"Bearer {os.environ['${VARIABLE}']}"`],
    needs: ['import requests', 'import os\n\nimport requests'],
  },
  go: {
    target: 'go',
    client: 'native',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer "+os.Getenv("${VARIABLE}")`],
    needs: ['\t"io"\n', '\t"io"\n\t"os"\n'],
  },
  csharp: {
    target: 'csharp',
    client: 'httpclient',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer " + Environment.GetEnvironmentVariable("${VARIABLE}")`],
  },
  java: {
    target: 'java',
    client: 'nethttp',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer " + System.getenv("${VARIABLE}")`],
    needs: ['HttpRequest request', 'import java.net.URI;\nimport java.net.http.*;\n\nHttpRequest request'],
  },
  php: {
    target: 'php',
    client: 'curl',
    token: [`"Authorization: Bearer ${PLACEHOLDER}"`, `"Authorization: Bearer " . getenv("${VARIABLE}")`],
  },
  powershell: {
    target: 'powershell',
    client: 'restmethod',
    token: [`"Bearer ${PLACEHOLDER}"`, `"Bearer $env:${VARIABLE}"`],
  },
};

/** A request to an API as a piece of program in another language. It holds no secret. */
export function snippet(language: SnippetLanguage, { method, url, query }: Subject): string {
  // Encoded anew: what is left has no quotes or line ends that could leave a literal.
  const search = new URLSearchParams(query).toString();
  const address = search ? `${url}?${search}` : url;
  if (language === 'pandas') return pandas(address);
  if (language === 'r') return r(address);
  const { target, client, token, needs } = recipes[language];
  const headers = [
    { name: 'Authorization', value: `Bearer ${PLACEHOLDER}` },
    { name: 'Accept', value: 'application/json' },
  ];
  const hasParameters = language === 'axios' || language === 'python';
  const safe = hasParameters ? address : address.replaceAll('%27', QUOTE);
  const whole = { method, url: safe, headers, httpVersion: 'HTTP/1.1', queryString: [], cookies: [] };
  const code = new HTTPSnippet({ ...whole, headersSize: -1, bodySize: -1, postData: undefined as never }).convert(
    target,
    client,
  );
  const [text] = Array.isArray(code) ? code : [code];
  const read = (text || '').replaceAll(QUOTE, '%27').replace(token[0], () => token[1]);
  return needs ? read.replace(needs[0], () => needs[1]) : read;
}

/** The library knows no pandas. */
function pandas(address: string): string {
  return `import os

import pandas as pd
import requests

response = requests.get(
    ${JSON.stringify(address)},
    headers={"Authorization": f"Bearer {os.environ['${VARIABLE}']}", "Accept": "application/json"},
)
response.raise_for_status()
body = response.json()
rows = pd.json_normalize(body["data"] if isinstance(body, dict) else body)
print(rows)`;
}

/** The library's own R breaks on names that begin with an underscore, and joins repeated ones. */
function r(address: string): string {
  return `library(httr)

response <- GET(
  ${JSON.stringify(address)},
  add_headers(Authorization = paste("Bearer", Sys.getenv("${VARIABLE}"))),
  accept_json()
)
stop_for_status(response)
rows <- jsonlite::fromJSON(content(response, "text", encoding = "UTF-8"))$data
print(rows)`;
}
