import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { testApi } from '../../server/api-test';
import { apiQuery } from '../../server/apis';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { SecretField } from '../../ui/secret-field';
import { NoToken } from '../api-docs/no-token';
import { ResponsePanel } from '../api-docs/response-panel';
import { SnippetsCard } from '../api-docs/snippets-card';
import { Endpoint, endpointOf } from '../apis/endpoint';
import css from './publish.module.css';
import type { GivenToken } from './use-publication';

interface LiveProps {
  apiId: string;
  dataset: Dataset;
  token: GivenToken | null;
}

/** The endpoint that was made: its address and the secret that opens it, what it answers, and the code that asks it. */
export function LiveEndpoint({ apiId, dataset, token }: LiveProps) {
  const api = useQuery(apiQuery(apiId));
  return <Loaded query={api}>{(data) => <Live api={data} dataset={dataset} token={token} />}</Loaded>;
}

function Live({ api, dataset, token }: { api: Api } & Omit<LiveProps, 'apiId'>) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const [tokenId] = api.tokenIds;
  const answer = useQuery({
    queryKey: ['apis', api.id, 'first-answer', tokenId],
    queryFn: () => testApi(api.id, { query: '', tokenId }),
    enabled: tokenId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className={css.column}>
      <Card>
        <div className={css.live}>
          <CircleCheck aria-hidden="true" />
          <h2 ref={heading} tabIndex={-1} className={css.heading}>
            {api.name} is live
          </h2>
        </div>
        <Endpoint url={endpointOf(api)} name={api.name} />
        {token?.secret && <SecretField label={`Token ${token.name}`} secret={token.secret} />}
        {tokenId === undefined && <NoToken api={api} />}
        <nav className={css.links} aria-label="What was made">
          <Link to="/apis/$apiId" params={{ apiId: api.id }} className={buttonClass()}>
            Open the API
          </Link>
          <Link to="/datasets/$datasetId" params={{ datasetId: dataset.id }} className={buttonClass()}>
            Open the dataset
          </Link>
          {token && (
            <Link to="/tokens/$tokenId" params={{ tokenId: token.id }} className={buttonClass()}>
              Open the token
            </Link>
          )}
        </nav>
      </Card>
      <div className={css.answers}>
        {tokenId !== undefined && (
          <ResponsePanel
            apiId={api.id}
            query=""
            body={null}
            tested={answer.data}
            error={answer.error}
            isPending={answer.isPending}
            isOld={false}
          />
        )}
        <SnippetsCard apiId={api.id} query="" body={null} />
      </div>
    </div>
  );
}
