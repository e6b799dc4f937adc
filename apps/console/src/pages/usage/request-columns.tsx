import type { SeenRequest } from '@sluice/contracts/registry/usage';
import { Badge } from '../../ui/badge';
import type { Column } from '../../ui/data-table';
import table from '../../ui/table.module.css';
import { bytes, clock, count, milliseconds } from '../../ui/units';
import { ApiName, TokenName } from './named';
import css from './usage.module.css';

const apiColumn: Column<SeenRequest> = { label: 'API', cell: ({ apiId }) => <ApiName id={apiId} /> };
const tokenColumn: Column<SeenRequest> = {
  label: 'Token',
  looks: ['medium'],
  cell: ({ tokenId }) => (tokenId ? <TokenName id={tokenId} /> : '–'),
};

/** Gives the columns of requests, without what is the same for all of them. */
export function requestColumns({ apiId, tokenId }: { apiId?: string; tokenId?: string }): Column<SeenRequest>[] {
  return [
    { label: 'Time', cell: ({ at }) => <span className={css.clock}>{clock(at)}</span> },
    {
      label: 'Status',
      cell: ({ client, method, status }) => (
        <Badge tone={status < 400 ? 'good' : status < 500 ? 'warn' : 'bad'}>
          {client === 'mcp' ? 'agent' : method} {status}
        </Badge>
      ),
    },
    { label: 'Refused with', cell: ({ code }) => (code ? <code className={css.code}>{code}</code> : '–') },
    ...(apiId ? [] : [apiColumn]),
    ...(tokenId ? [] : [tokenColumn]),
    { label: 'Rows', looks: ['medium', 'number'], cell: ({ rows }) => count(rows) },
    { label: 'Data', looks: ['wide', 'number'], cell: ({ bytes: size }) => bytes(size) },
    { label: 'Took', looks: ['medium', 'number'], cell: ({ durationMs }) => milliseconds(durationMs) },
    {
      label: 'Request',
      looks: ['wide'],
      cell: ({ requestId }) => <code className={table.soft}>{requestId}</code>,
    },
  ];
}
