import { useQuery } from '@tanstack/react-query';
import { tokensAssignedQuery } from '../../server/tokens';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { Select } from '../../ui/select';
import { useApiCall } from './api-call';
import css from './api-docs.module.css';
import { NoToken } from './no-token';

/** Shows the token that the API is tried with, of which only the first letters are known here. */
export function TokenCard() {
  const { api, url, query, tokenId, setTokenId } = useApiCall();
  const { data: assigned = [] } = useQuery(tokensAssignedQuery(api.id));
  const hint = assigned.find(({ id }) => id === tokenId)?.hint;
  return (
    <Card title="Request" actions={<CopyButton text={[url, query].filter(Boolean).join('?')} label="Copy URL" />}>
      {assigned.length > 0 ? (
        <div className={css.token}>
          <Select
            label="Token"
            choices={assigned.map(({ id, name, state, hint }) => ({
              id,
              label: name,
              detail: state === 'active' ? `${hint}…` : state,
            }))}
            value={tokenId ?? ''}
            onChange={setTokenId}
          />
          <dl className={css.bearer}>
            <dt>Authorization</dt>
            <dd>
              <code>Bearer {hint}…</code>
            </dd>
          </dl>
        </div>
      ) : (
        <NoToken api={api} />
      )}
    </Card>
  );
}
