import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { datasetQuery } from '../../server/datasets';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { ContractNote } from '../apis/contract-note';
import { endpointOf } from '../apis/endpoint';
import css from './api-docs.module.css';

/** Shows the address of the API, whether it answers, and from what. */
export function EndpointCard({ api }: { api: Api }) {
  const url = endpointOf(api);
  const { data: dataset } = useQuery(datasetQuery(api.datasetId));
  return (
    <Card title="Endpoint" actions={<CopyButton text={url} label="Copy URL" />}>
      <p className={css.url}>
        <Badge tone="good">{api.method}</Badge>
        <code>{url}</code>
      </p>
      <dl className={css.facts}>
        <div>
          <dt>Status</dt>
          <dd>{statusOf(api)}</dd>
        </div>
        <div>
          <dt>Dataset</dt>
          <dd>
            <Link to="/datasets/$datasetId" params={{ datasetId: api.datasetId }}>
              {dataset?.name ?? '…'}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{api.version === null ? 'always the latest' : `always ${api.version}`}</dd>
        </div>
      </dl>
      <ContractNote api={api} />
    </Card>
  );
}

function statusOf({ active, tokenIds }: Api): string {
  if (!active) return 'Deactivated: nobody can call it until it is activated.';
  if (tokenIds.length === 0) return 'Activated, but nobody can call it: no token is assigned.';
  return 'Activated: it answers whoever has one of its tokens.';
}
