import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apisQuery } from '../../server/apis';
import { tokensQuery } from '../../server/tokens';

/** An API by its name; one that is gone by its id. */
export function ApiName({ id }: { id: string }) {
  const { data: apis } = useQuery(apisQuery);
  const api = apis?.find((each) => each.id === id);
  if (!api) return <code>{id}</code>;
  return (
    <Link to="/apis/$apiId" params={{ apiId: id }}>
      {api.name}
    </Link>
  );
}

/** A token by its name; one that is gone by its id. */
export function TokenName({ id }: { id: string }) {
  const { data: tokens } = useQuery(tokensQuery);
  const token = tokens?.find((each) => each.id === id);
  if (!token) return <code>{id}</code>;
  return (
    <Link to="/tokens/$tokenId" params={{ tokenId: id }}>
      {token.name}
    </Link>
  );
}
