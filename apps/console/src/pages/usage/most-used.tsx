import type { UsageShare } from '@sluice/contracts/registry/usage';
import { Card } from '../../ui/card';
import table from '../../ui/table.module.css';
import { TableHead } from '../../ui/table-head';
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
        <table className={table.table}>
          <TableHead
            columns={[
              kind === 'api' ? 'API' : 'Token',
              ['Requests', 'number'],
              ['Rows', 'medium', 'number'],
              ['Data', 'wide', 'number'],
              ['Query time', 'wide', 'number'],
              ['Errors', 'number'],
            ]}
          />
          <tbody>
            {shares.map(({ id, requests, rows, bytes: size, queryMs, errors }) => (
              <tr key={id}>
                <th scope="row">{kind === 'api' ? <ApiName id={id} /> : <TokenName id={id} />}</th>
                <td className={table.number}>{count(requests)}</td>
                <td className={`${table.medium} ${table.number}`}>{count(rows)}</td>
                <td className={`${table.wide} ${table.number}`}>{bytes(size)}</td>
                <td className={`${table.wide} ${table.number}`}>{milliseconds(queryMs)}</td>
                <td className={table.number}>{count(errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
