import type { Token } from '@sluice/contracts/tokens/tokens';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChartNoAxesColumn } from 'lucide-react';
import { apiCountsQuery } from '../../server/apis';
import { Badge } from '../../ui/badge';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { ActionMenu } from '../../ui/menu';
import { Skeleton } from '../../ui/skeleton';
import table from '../../ui/table.module.css';
import { date, dateTime, since } from '../../ui/units';
import { limitWords } from './limit-words';
import { tones } from './token-tones';
import { useTokenActions } from './use-token-actions';

export function TokensTable({
  tokens,
  sort,
  onSort,
}: {
  tokens: readonly Token[];
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}) {
  const { data: apis } = useQuery({
    ...apiCountsQuery({ tokenIds: tokens.map(({ id }) => id) }),
    placeholderData: keepPreviousData,
  });
  const navigate = useNavigate();
  const { actionsOf, dialogs } = useTokenActions();
  return (
    <>
      <DataTable<Token>
        columns={[
          {
            label: 'Token',
            sort: 'name',
            cell: (token) => (
              <>
                <Link to="/tokens/$tokenId" params={{ tokenId: token.id }} className={table.name}>
                  {token.name}
                </Link>
                <span className={table.sub}>
                  <code>{token.hint}…</code> {token.description}
                </span>
                {limitWords(token.limits).length > 0 && (
                  <span className={table.sub}>{limitWords(token.limits).join(' · ')}</span>
                )}
                {token.rotation && (
                  <span className={table.sub}>
                    <code>{token.rotation.hint}…</code> also works until {dateTime(token.rotation.endsAt)}
                  </span>
                )}
              </>
            ),
          },
          { label: 'State', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
          {
            label: 'Last used',
            sort: 'lastUsedAt',
            looks: ['medium', 'soft'],
            cell: ({ lastUsedAt }) => (lastUsedAt ? <time dateTime={lastUsedAt}>{since(lastUsedAt)}</time> : 'never'),
          },
          {
            label: 'APIs',
            looks: ['medium'],
            cell: ({ id }) => (apis ? (apis[id] ?? <span className={table.soft}>none</span>) : <Skeleton width={32} />),
          },
          {
            label: 'Expires',
            sort: 'expiresAt',
            looks: ['wide', 'soft'],
            cell: ({ expiresAt }) => (expiresAt ? date(expiresAt) : 'never'),
          },
          actionsColumn((token) => (
            <ActionMenu
              label={`Actions for ${token.name}`}
              actions={[
                {
                  label: 'Usage',
                  picture: ChartNoAxesColumn,
                  run: () => void navigate({ to: '/tokens/$tokenId', params: { tokenId: token.id } }),
                },
                ...actionsOf(token),
              ]}
            />
          )),
        ]}
        items={tokens}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={onSort}
      />
      {dialogs}
    </>
  );
}
