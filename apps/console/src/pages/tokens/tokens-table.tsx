import type { Token, TokenState } from '@sluice/contracts/tokens';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ban, CirclePause, CirclePlay, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { apisQuery } from '../../server/apis';
import { tokensQuery, updateToken } from '../../server/tokens';
import { Badge } from '../../ui/badge';
import { ActionMenu } from '../../ui/menu';
import table from '../../ui/table.module.css';
import { complain, say } from '../../ui/toasts';
import { date, dateTime, since } from '../../ui/units';
import { RevokeDialog } from './revoke-dialog';
import { RotateDialog } from './rotate-dialog';

const tones = { active: 'good', disabled: 'warn', expired: 'plain', revoked: 'bad' } as const satisfies Record<
  TokenState,
  string
>;

export function TokensTable({ tokens }: { tokens: readonly Token[] }) {
  const [rotating, setRotating] = useState<Token | null>(null);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const queryClient = useQueryClient();
  const disable = useMutation({
    mutationFn: (token: Token) => updateToken(token, { disabled: token.state !== 'disabled' }),
    onSuccess: ({ name, state }) => say(state === 'disabled' ? `${name} is disabled` : `${name} is enabled again`),
    onError: complain,
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">State</th>
            <th scope="col" className={table.medium}>
              Last used
            </th>
            <th scope="col" className={table.medium}>
              APIs
            </th>
            <th scope="col" className={table.wide}>
              Expires
            </th>
            <th scope="col" className={table.tight}>
              <span className={table.soft}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row">
                <span className={table.name}>{token.name}</span>
                <span className={table.sub}>
                  <code>{token.hint}…</code> {token.description}
                </span>
                {token.rotation && (
                  <span className={table.sub}>
                    <code>{token.rotation.hint}…</code> also works until {dateTime(token.rotation.endsAt)}
                  </span>
                )}
              </th>
              <td>
                <Badge tone={tones[token.state]}>{token.state}</Badge>
              </td>
              <td className={`${table.medium} ${table.soft}`}>
                {token.lastUsedAt ? <time dateTime={token.lastUsedAt}>{since(token.lastUsedAt)}</time> : 'never'}
              </td>
              <td className={table.medium}>
                <ApisOf tokenId={token.id} />
              </td>
              <td className={`${table.wide} ${table.soft}`}>{token.expiresAt ? date(token.expiresAt) : 'never'}</td>
              <td className={table.tight}>
                {token.state !== 'revoked' && (
                  <ActionMenu
                    label={`Actions for ${token.name}`}
                    actions={[
                      { label: 'Rotate', picture: RefreshCw, run: () => setRotating(token) },
                      token.state === 'disabled'
                        ? { label: 'Enable', picture: CirclePlay, run: () => disable.mutate(token) }
                        : { label: 'Disable', picture: CirclePause, run: () => disable.mutate(token) },
                      { label: 'Revoke', picture: Ban, run: () => setRevoking(token), hurts: true },
                    ]}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rotating && <RotateDialog token={rotating} onClose={() => setRotating(null)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function ApisOf({ tokenId }: { tokenId: string }) {
  const { data: apis = [] } = useQuery(apisQuery);
  const held = apis.filter(({ tokenIds }) => tokenIds.includes(tokenId));
  if (held.length === 0) return <span className={table.soft}>none</span>;
  return held.map((api, index) => (
    <span key={api.id}>
      {index > 0 && ', '}
      <Link to="/apis/$apiId" params={{ apiId: api.id }}>
        {api.name}
      </Link>
    </span>
  ));
}
