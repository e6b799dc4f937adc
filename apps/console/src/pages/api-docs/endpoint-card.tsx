import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../server/may';
import { tokensAssignedQuery } from '../../server/tokens';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { Note } from '../../ui/note';
import { Select } from '../../ui/select';
import css from './api-docs.module.css';

interface EndpointProps {
  api: Api;
  url: string;
  query: string;
  tokenId: string | null;
  onToken: (id: string) => void;
  onAssign: () => void;
}

/** Shows the address of the API, and the token that it is tried with, of which only the first letters are known here. */
export function EndpointCard({ api, url, query, tokenId, onToken, onAssign }: EndpointProps) {
  const mayEdit = useMay('editor');
  const { data: assigned = [] } = useQuery(tokensAssignedQuery(api.id));
  const hint = assigned.find(({ id }) => id === tokenId)?.hint;
  return (
    <Card title="Endpoint" actions={<CopyButton text={url} label="Copy URL" />}>
      <p className={css.url}>
        <Badge tone="good">{api.method}</Badge>
        <code>
          {url}
          {query && <span className={css.query}>?{query}</span>}
        </code>
      </p>
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
            onChange={onToken}
          />
          <dl className={css.bearer}>
            <dt>Authorization</dt>
            <dd>
              <code>Bearer {hint}…</code>
            </dd>
          </dl>
        </div>
      ) : (
        <Note tone="warn">
          No token is assigned yet, so that nobody can call it.{' '}
          {mayEdit && (
            <Button look="quiet" onPress={onAssign}>
              Assign one
            </Button>
          )}
        </Note>
      )}
    </Card>
  );
}
