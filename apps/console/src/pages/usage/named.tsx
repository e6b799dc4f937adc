import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apiQuery } from '../../server/apis';
import { tokenQuery } from '../../server/tokens';

/** An API by its name; one that is gone by its id. */
export function ApiName({ id }: { id: string }) {
  const { data: api } = useQuery(apiQuery(id));
  if (!api) return <code>{id}</code>;
  return (
    <Link to="/apis/$apiId" params={{ apiId: id }}>
      {api.name}
    </Link>
  );
}

/** A token by its name; one that is gone by its id. */
export function TokenName({ id }: { id: string }) {
  const { data: token } = useQuery(tokenQuery(id));
  if (!token) return <code>{id}</code>;
  return (
    <Link to="/tokens/$tokenId" params={{ tokenId: id }}>
      {token.name}
    </Link>
  );
}
