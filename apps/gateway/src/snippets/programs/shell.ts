import { inShell } from '../literals';
import { queryBodyOf } from '../query-body';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

/** What has no good address is asked by the method QUERY (RFC 10008). */
export const curl: Program = ({ body, ...request }) => {
  const query = body === null ? queryBodyOf(request) : null;
  const sent = body ?? query;
  const headers = [`"Authorization: Bearer $${TOKEN_VARIABLE}"`, "'Accept: application/json'"];
  if (sent !== null) headers.push("'Content-Type: application/json'");
  if (body !== null) headers.push('"Idempotency-Key: $(openssl rand -hex 16)"');
  const lines = headers.map((header) => `--header ${header}`);
  if (query !== null) lines.unshift('--request QUERY');
  if (sent !== null) lines.push(`--data-raw ${inShell(sent)}`);
  const address = query === null ? addressOf(request) : request.url;
  return ['curl --silent --show-error --fail-with-body --globoff', ...lines, inShell(address)].join(' \\\n  ');
};
