import { canBeSet } from '@sluice/query/values/entity-set';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { tokensAssignedQuery } from '../../server/tokens';
import { LinksCard } from '../links/links-card';
import { useApiCall } from './api-call';
import css from './api-docs.module.css';
import { ConnectAgentCard } from './connect-agent-card';
import { FilesCard } from './files-card';
import { ODataCard } from './odata-card';
import { parametersOf } from './query-form';
import { SnippetsCard } from './snippets-card';

/** Every way in which programs call the API: code, files and links, spreadsheets, agents. */
export function CodeTab() {
  const { api, url, form, query, sentBody, tokenId } = useApiCall();
  const isPost = api.method === 'POST';
  const parameters = parametersOf(form);
  return (
    <div className={css.column}>
      <div className={css.cards}>
        <SnippetsCard apiId={api.id} query={query} body={sentBody} />
        {!isPost && api.export && (
          <FilesCard api={api} url={url} parameters={parameters} query={query} tokenId={tokenId} />
        )}
        {canBeSet(api.method, api.formats) && <ODataCard api={api} url={url} parameters={parameters} />}
        <ConnectAgentCard api={api} />
      </div>
      {!isPost && <LinksOfApi apiId={api.id} />}
    </div>
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
