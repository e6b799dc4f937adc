import type { Token } from '@sluice/contracts/tokens/tokens';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Ban, ChartNoAxesColumn, CirclePause, CirclePlay, Pencil, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { apiCountsQuery } from '../../server/apis';
import { useMay } from '../../server/may';
import { tokensKey, updateToken } from '../../server/tokens';
import { Badge } from '../../ui/badge';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { ActionMenu } from '../../ui/menu';
import { Skeleton } from '../../ui/skeleton';
import table from '../../ui/table.module.css';
import { complain, say } from '../../ui/toasts';
import { date, dateTime, since } from '../../ui/units';
import { useCutOff } from '../usage/cut-off';
import { EditTokenDialog } from './edit-token-dialog';
import { limitWords } from './limit-words';
import { RevokeDialog } from './revoke-dialog';
import { RotateDialog } from './rotate-dialog';
import { tones } from './token-tones';

export function TokensTable({
  tokens,
  sort,
  onSort,
}: {
  tokens: readonly Token[];
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}) {
  const mayEdit = useMay('editor');
  const { data: apis } = useQuery({
    ...apiCountsQuery({ tokenIds: tokens.map(({ id }) => id) }),
    placeholderData: keepPreviousData,
  });
  const navigate = useNavigate();
  const [editing, setEditing] = useState<Token | null>(null);
  const [rotating, setRotating] = useState<Token | null>(null);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const queryClient = useQueryClient();
  const disable = useMutation({
    mutationFn: (token: Token) => updateToken(token, { disabled: token.state !== 'disabled' }),
    onSuccess: (changed) => {
      if (changed.state !== 'disabled') say(`${changed.name} is enabled again`);
      else say(`${changed.name} is disabled`, () => disable.mutate(changed));
    },
    onError: complain,
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  const { cutOff, question } = useCutOff();
  const askToDisable = (token: Token) =>
    void cutOff({
      of: { tokenId: token.id },
      title: `Disable ${token.name}?`,
      action: 'Disable',
      run: () => disable.mutateAsync(token),
    });
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
                ...(mayEdit && token.state !== 'revoked'
                  ? [
                      { label: 'Edit', picture: Pencil, run: () => setEditing(token) },
                      { label: 'Rotate', picture: RefreshCw, run: () => setRotating(token) },
                      token.state === 'disabled'
                        ? { label: 'Enable', picture: CirclePlay, run: () => disable.mutate(token) }
                        : { label: 'Disable', picture: CirclePause, run: () => askToDisable(token) },
                      { label: 'Revoke', picture: Ban, run: () => setRevoking(token), hurts: true },
                    ]
                  : []),
              ]}
            />
          )),
        ]}
        items={tokens}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={onSort}
      />
      {question}
      {editing && <EditTokenDialog token={editing} onClose={() => setEditing(null)} />}
      {rotating && <RotateDialog token={rotating} onClose={() => setRotating(null)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}
