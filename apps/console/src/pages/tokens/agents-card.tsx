import type { Agent } from '@sluice/contracts/tokens/agents';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { agentsKey, agentsQuery, endAgent } from '../../server/agents';
import { apisOpenedQuery } from '../../server/apis';
import { useMay } from '../../server/may';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import table from '../../ui/table.module.css';
import { say } from '../../ui/toasts';
import { dateTime, since } from '../../ui/units';

/** Agents that read in the name of a token, each to be ended alone; nothing where there are none. */
export function AgentsCard({ tokenId }: { tokenId: string }) {
  const { data: agents = [] } = useQuery(agentsQuery(tokenId));
  const { data: apis = [] } = useQuery(apisOpenedQuery(tokenId));
  const [ending, setEnding] = useState<Agent | null>(null);
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  if (agents.length === 0) return null;
  const nameOf = (apiId: string) => apis.find(({ id }) => id === apiId)?.name ?? `${apiId} (not assigned any more)`;
  return (
    <Card title="Connected agents" flush>
      <DataTable
        columns={[
          {
            label: 'Calls itself',
            cell: ({ client }) => (
              <>
                <span className={table.name}>{client.name}</span>
                <span className={table.sub}>answers go to {client.redirectHost}</span>
              </>
            ),
          },
          { label: 'May use', cell: ({ apiIds }) => apiIds.map(nameOf).join(', ') },
          {
            label: 'Connected',
            looks: ['medium', 'soft'],
            cell: ({ createdAt, expiresAt, madeBy }) => (
              <>
                {since(createdAt)} by {madeBy.kind === 'token' ? 'who has the token' : madeBy.name}
                <span className={table.sub}>until {dateTime(expiresAt)}</span>
              </>
            ),
          },
          {
            label: 'Last used',
            looks: ['medium', 'soft'],
            cell: ({ lastUsedAt }) => (lastUsedAt ? since(lastUsedAt) : 'never'),
          },
          ...(mayEdit
            ? [
                actionsColumn<Agent>((agent) => (
                  <Button look="quiet" aria-label={`End ${agent.client.name}`} onPress={() => setEnding(agent)}>
                    End
                  </Button>
                )),
              ]
            : []),
        ]}
        items={agents}
        keyOf={({ id }) => id}
      />
      <Confirm
        title="End this agent?"
        action="End agent"
        isOpen={ending !== null}
        onClose={() => setEnding(null)}
        onConfirm={async () => {
          if (!ending) return;
          await endAgent(ending);
          say('The agent is ended');
          await queryClient.invalidateQueries({ queryKey: agentsKey });
        }}
      >
        <p>{ending?.client.name} is refused at once, until somebody connects it again. The token goes on.</p>
      </Confirm>
    </Card>
  );
}
