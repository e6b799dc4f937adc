import type { LivingLink } from '@sluice/contracts/tokens/links';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { endLink, type LinksOf, linksKey, linksQuery } from '../../server/links';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { formatNames } from '../../ui/names';
import table from '../../ui/table.module.css';
import { say } from '../../ui/toasts';
import { dateTime, since } from '../../ui/units';

interface LinksCardProps {
  of: LinksOf;
  /** The header of the column of names: `API` at a token, `Token` at an API. */
  noun: string;
  /** Names the other side of a link. */
  name: (link: LivingLink) => ReactNode;
}

/** Links to rows that are good, each to be ended alone; nothing where there are none. Nobody sees their addresses again. */
export function LinksCard({ of, noun, name }: LinksCardProps) {
  const { data: links = [] } = useQuery(linksQuery(of));
  const [ending, setEnding] = useState<LivingLink | null>(null);
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  if (links.length === 0) return null;
  return (
    <Card title="Links" flush>
      <DataTable
        columns={[
          {
            label: noun,
            cell: (link) => (
              <>
                <span className={table.name}>{name(link)}</span>
                <span className={table.sub}>{link.query === '' ? 'all rows' : <code>{link.query}</code>}</span>
              </>
            ),
          },
          {
            label: 'Gives',
            cell: ({ format, latest, expiresAt }) => (
              <>
                {formatNames[format]} {latest && <Badge tone="good">latest rows</Badge>}
                <span className={table.sub}>until {dateTime(expiresAt)}</span>
              </>
            ),
          },
          {
            label: 'Made',
            looks: ['medium', 'soft'],
            cell: ({ createdAt, madeBy }) =>
              `${since(createdAt)} by ${madeBy.kind === 'token' ? 'the token' : madeBy.name}`,
          },
          ...(mayEdit
            ? [
                actionsColumn<LivingLink>((link) => (
                  <Button look="quiet" aria-label={`End ${labelOf(link)}`} onPress={() => setEnding(link)}>
                    End
                  </Button>
                )),
              ]
            : []),
        ]}
        items={links}
        keyOf={({ id }) => id}
      />
      <Confirm
        title="End this link?"
        action="End link"
        isOpen={ending !== null}
        onClose={() => setEnding(null)}
        onConfirm={async () => {
          if (!ending) return;
          await endLink(ending);
          say('The link is ended');
          await queryClient.invalidateQueries({ queryKey: linksKey });
        }}
      >
        <p>{ending && labelOf(ending)}. Whoever reads by it is refused at once. This cannot be undone.</p>
      </Confirm>
    </Card>
  );
}

/** Tells one link of a list from the others. */
function labelOf({ format, query, createdAt }: LivingLink): string {
  return `${formatNames[format]} of ${query === '' ? 'all rows' : query}, made ${dateTime(createdAt)}`;
}
