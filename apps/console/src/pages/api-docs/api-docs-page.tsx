import type { Api } from '@sluice/contracts/registry/apis';
import { canBeSet } from '@sluice/query/values/entity-set';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ExternalLink, KeyRound, Pencil } from 'lucide-react';
import { useMemo, useState } from 'react';
import { documentQuery, testApi } from '../../server/api-test';
import { apiQuery } from '../../server/apis';
import { versionQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { tokensAssignedQuery } from '../../server/tokens';
import { PageHeader } from '../../shell/page-header';
import { Badge } from '../../ui/badge';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { ActiveSwitch } from '../apis/active-switch';
import { endpointOf } from '../apis/apis-table';
import { AssignTokenDialog } from '../apis/assign-token-dialog';
import { LinksCard } from '../links/links-card';
import { UsageSection } from '../usage/usage-section';
import css from './api-docs.module.css';
import { BodyCard, readableJson } from './body-card';
import { CatalogCard } from './catalog-card';
import { EndpointCard } from './endpoint-card';
import { FilesCard } from './files-card';
import { ODataCard } from './odata-card';
import { ParametersForm } from './parameters-form';
import { emptyForm, parametersOf, queryOf } from './query-form';
import { ResponsePanel } from './response-panel';
import { SnippetsCard } from './snippets-card';

/** How an API is called, and the place to call it: the request on the left, the answer on the right. */
export function ApiDocsPage() {
  const { apiId } = useParams({ from: '/shell/apis/$apiId' });
  const api = useQuery(apiQuery(apiId));
  return <Loaded query={api}>{(data) => <ApiDocs api={data} />}</Loaded>;
}

function ApiDocs({ api }: { api: Api }) {
  const served = useQuery(documentQuery(api.id));
  const version = useQuery({
    ...versionQuery(api.datasetId, served.data?.version ?? 0),
    enabled: served.data !== undefined,
  });
  const [typed, setTyped] = useState<string | null>(null);
  const mayEdit = useMay('editor');
  const [form, setForm] = useState(emptyForm);
  const [tokenId, setTokenId] = useState<string | null>(null);
  const [assigning, setAssigning] = useState(false);
  const isPost = api.method === 'POST';
  const query = useMemo(() => (isPost ? '' : queryOf(form)), [form, isPost]);
  const body = isPost ? (typed ?? served.data?.example ?? '[]') : null;
  const chosen = tokenId !== null && api.tokenIds.includes(tokenId) ? tokenId : (api.tokenIds[0] ?? null);
  const test = useMutation({
    mutationFn: (dryRun: boolean) =>
      testApi(api.id, { query, ...(body !== null && { body, dryRun }), ...(chosen && { tokenId: chosen }) }),
  });
  return (
    <>
      <PageHeader
        title={api.name}
        about={api.description}
        back={{ to: '/apis', label: 'Output APIs' }}
        actions={
          <>
            <span className={css.state}>
              <ActiveSwitch api={api} />
              <Badge tone={api.active ? 'good' : 'plain'}>{api.active ? 'On' : 'Off'}</Badge>
            </span>
            {mayEdit && (
              <>
                <Button onPress={() => setAssigning(true)}>
                  <KeyRound aria-hidden="true" />
                  Assign token to API
                </Button>
                <Link to="/apis/$apiId/edit" params={{ apiId: api.id }} className={buttonClass()}>
                  <Pencil aria-hidden="true" />
                  Edit
                </Link>
              </>
            )}
            <a href={`/docs/apis/${api.slug}`} target="_blank" rel="noreferrer" className={buttonClass()}>
              <ExternalLink aria-hidden="true" />
              Swagger UI
            </a>
          </>
        }
      />
      <div className={css.sides}>
        <div className={css.left}>
          <EndpointCard
            api={api}
            url={endpointOf(api)}
            query={query}
            tokenId={chosen}
            onToken={setTokenId}
            onAssign={() => setAssigning(true)}
          />
          {body !== null ? (
            <BodyCard
              body={body}
              onChange={setTyped}
              isPending={test.isPending}
              isLoading={served.isPending}
              hasData={served.error === null}
              onTest={() => test.mutate(true)}
              onSend={() => test.mutateAsync(false)}
            />
          ) : (
            <Card
              title="Parameters"
              actions={
                mayEdit && (
                  <Button look="primary" isPending={test.isPending} onPress={() => test.mutate(true)}>
                    Test API
                  </Button>
                )
              }
            >
              {served.error ? (
                <p>The dataset has no data yet: import a version first.</p>
              ) : (
                <ParametersForm api={api} fields={version.data?.fields ?? []} form={form} onChange={setForm} />
              )}
            </Card>
          )}
          <SnippetsCard apiId={api.id} query={query} body={readableJson(body)} />
          {!isPost && api.export && (
            <FilesCard api={api} url={endpointOf(api)} parameters={parametersOf(form)} query={query} tokenId={chosen} />
          )}
          {canBeSet(api.method, api.formats) && (
            <ODataCard api={api} url={endpointOf(api)} parameters={parametersOf(form)} />
          )}
          {!isPost && <LinksOfApi apiId={api.id} />}
          <CatalogCard api={api} />
        </div>
        <div className={css.right}>
          <ResponsePanel
            apiId={api.id}
            query={query}
            body={readableJson(body)}
            tested={test.data}
            error={test.error}
            isPending={test.isPending}
          />
        </div>
      </div>
      <div className={css.usage}>
        <UsageSection of={{ apiId: api.id }} />
      </div>
      {assigning && <AssignTokenDialog api={api} onClose={() => setAssigning(false)} />}
    </>
  );
}

/** The links to the API's rows, by the names of the tokens that they stand on. */
function LinksOfApi({ apiId }: { apiId: string }) {
  const { data: tokens = [] } = useQuery(tokensAssignedQuery(apiId));
  return (
    <LinksCard
      of={{ apiId }}
      noun="Token"
      name={({ tokenId }) => (
        <Link to="/tokens/$tokenId" params={{ tokenId }}>
          {tokens.find(({ id }) => id === tokenId)?.name ?? tokenId}
        </Link>
      )}
    />
  );
}
