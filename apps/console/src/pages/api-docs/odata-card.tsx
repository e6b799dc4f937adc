import type { Api } from '@sluice/contracts/registry/apis';
import { setName } from '@sluice/query/values/entity-set';
import { useQuery } from '@tanstack/react-query';
import { snippetQuery } from '../../server/api-test';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { Loaded } from '../../ui/loaded';
import { Skeleton } from '../../ui/skeleton';
import css from './api-docs.module.css';

interface ODataProps {
  api: Api;
  url: string;
  /** The API's own parameters, as they stand in the form. */
  parameters: string;
}

/** The API as a table of Excel and Power BI: its address, and how Power Query is told of it. */
export function ODataCard({ api, url, parameters }: ODataProps) {
  const { origin } = new URL(url, window.location.origin);
  const address = `${origin}/odata/${setName(api.slug)}${parameters && `?${parameters}`}`;
  const snippet = useQuery(snippetQuery(api.id, 'odata', parameters, null));
  return (
    <Card title="Excel & Power BI">
      <p className={css.url}>
        <Badge tone="good">OData</Badge>
        <code>{address}</code>
      </p>
      <div className={css.fileHead}>
        <p className={css.hint}>A table, without code: From OData Feed, Basic, the token as the password.</p>
        <CopyButton text={address} label="Copy OData address" />
      </div>
      <Loaded query={snippet} skeleton={<Skeleton height={120} />}>
        {({ code }) => (
          <>
            <div className={css.fileHead}>
              <p className={css.hint}>Or in Power Query, with the token in a parameter:</p>
              <CopyButton text={code} label="Copy Power Query" />
            </div>
            <section className={css.code} aria-label="Power Query" tabIndex={0}>
              <pre>{code}</pre>
            </section>
          </>
        )}
      </Loaded>
    </Card>
  );
}
