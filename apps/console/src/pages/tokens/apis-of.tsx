import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apisOpenedQuery } from '../../server/apis';
import { Skeleton } from '../../ui/skeleton';
import table from '../../ui/table.module.css';

/** The APIs that a token opens. */
export function ApisOf({ tokenId }: { tokenId: string }) {
  const { data: held } = useQuery(apisOpenedQuery(tokenId));
  if (!held) return <Skeleton width={96} />;
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
