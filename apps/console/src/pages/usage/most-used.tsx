import type { UsageShare } from '@sluice/contracts/registry/usage';
import { Card } from '../../ui/card';
import { DataTable } from '../../ui/data-table';
import { bytes, count, milliseconds } from '../../ui/units';
import { ApiName, TokenName } from './named';
import css from './usage.module.css';

const titles = { api: 'Most used APIs', token: 'Most active tokens' } as const;

/** Lists the APIs or tokens that were used most, the most used first. */
export function MostUsed({ kind, shares }: { kind: 'api' | 'token'; shares: readonly UsageShare[] }) {
  return (
    <Card title={titles[kind]} flush>
      {shares.length === 0 ? (
        <p className={css.none}>Nobody yet.</p>
      ) : (
        <DataTable
          columns={[
            {
              label: kind === 'api' ? 'API' : 'Token',
              cell: ({ id }) => (kind === 'api' ? <ApiName id={id} /> : <TokenName id={id} />),
            },
            { label: 'Requests', looks: ['number'], cell: ({ requests }) => count(requests) },
            { label: 'Rows', looks: ['medium', 'number'], cell: ({ rows }) => count(rows) },
            { label: 'Data', looks: ['wide', 'number'], cell: ({ bytes: size }) => bytes(size) },
            { label: 'Query time', looks: ['wide', 'number'], cell: ({ queryMs }) => milliseconds(queryMs) },
            { label: 'Errors', looks: ['number'], cell: ({ errors }) => count(errors) },
          ]}
          items={shares}
          keyOf={({ id }) => id}
        />
      )}
    </Card>
  );
}
