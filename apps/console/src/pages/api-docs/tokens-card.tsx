import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { tokensAssignedQuery } from '../../server/tokens';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable } from '../../ui/data-table';
import { Loaded } from '../../ui/loaded';
import table from '../../ui/table.module.css';
import { since } from '../../ui/units';
import { tones } from '../tokens/token-tones';
import css from './api-docs.module.css';
import { NoToken } from './no-token';

/** The tokens that open the API, by name. */
export function TokensCard({ api }: { api: Api }) {
  const assigned = useQuery(tokensAssignedQuery(api.id));
  return (
    <Card title="Tokens" flush>
      <Loaded query={assigned}>
        {(tokens) =>
          tokens.length === 0 ? (
            <div className={css.pad}>
              <NoToken api={api} />
            </div>
          ) : (
            <DataTable
              columns={[
                {
                  label: 'Name',
                  cell: ({ id, name, hint }) => (
                    <>
                      <Link to="/tokens/$tokenId" params={{ tokenId: id }} className={table.name}>
                        {name}
                      </Link>
                      <code className={table.sub}>{hint}…</code>
                    </>
                  ),
                },
                { label: 'State', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
                {
                  label: 'Last used',
                  looks: ['soft'],
                  cell: ({ lastUsedAt }) => (lastUsedAt ? since(lastUsedAt) : 'never'),
                },
              ]}
              items={tokens}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
