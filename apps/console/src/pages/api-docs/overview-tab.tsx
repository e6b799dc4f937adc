import { useApiCall } from './api-call';
import css from './api-docs.module.css';
import { CatalogCard } from './catalog-card';
import { EndpointCard } from './endpoint-card';
import { TokensCard } from './tokens-card';
import { TrafficCard } from './traffic-card';

/** What the API is, who may call it, and how it does today. */
export function OverviewTab() {
  const { api } = useApiCall();
  return (
    <div className={css.cards}>
      <EndpointCard api={api} />
      <TrafficCard apiId={api.id} />
      <TokensCard api={api} />
      <CatalogCard api={api} />
    </div>
  );
}
