import { inShell } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

export const curl: Program = ({ body, ...request }) => {
  const headers = [`"Authorization: Bearer $${TOKEN_VARIABLE}"`, "'Accept: application/json'"];
  if (body !== null) headers.push("'Content-Type: application/json'", '"Idempotency-Key: $(openssl rand -hex 16)"');
  const lines = headers.map((header) => `--header ${header}`);
  if (body !== null) lines.push(`--data-raw ${inShell(body)}`);
  return ['curl --silent --show-error --fail-with-body --globoff', ...lines, inShell(addressOf(request))].join(
    ' \\\n  ',
  );
};
