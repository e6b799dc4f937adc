import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';

export const CAPABILITIES = 'delta-sharing-capabilities';

/** What a client says that it can take. */
export interface Capabilities {
  /** It knows the line that ends an answer, and tells of what failed on the way. */
  endStreamAction: boolean;
}

/** Reads the capabilities of a client (`responseformat=delta,parquet;readerfeatures=…`). Throws where it does not take Parquet. */
export function readCapabilities({ headers }: Pick<FastifyRequest, 'headers'>): Capabilities {
  const text = String(headers[CAPABILITIES] ?? '').toLowerCase();
  const given = new Map(
    text.split(';').map((part) => {
      const [name = '', values = ''] = part.split('=', 2);
      return [name.trim(), values.split(',').map((value) => value.trim())] as const;
    }),
  );
  const formats = given.get('responseformat');
  if (formats && !formats.includes('parquet'))
    throw new HttpProblem('not_acceptable', { detail: 'tables are told as responseformat=parquet' });
  return { endStreamAction: given.get('includeendstreamaction')?.includes('true') ?? false };
}
