import type { Api } from '@sluice/contracts/registry/apis';
import { Card } from '../../ui/card';
import { ConnectAgent } from '../tokens/connect-agent';

/** How an agent is connected, and by which words it finds this API once it is. */
export function ConnectAgentCard({ api }: { api: Api }) {
  const { agents, method, slug } = api;
  const sends = method === 'POST';
  return (
    <Card title="Connect an agent">
      {sends && !agents.send ? (
        <p>Agents see nothing of this API: that they may send rows is allowed in Settings, under Advanced.</p>
      ) : (
        <>
          <p>
            Agents know this API as the dataset <code>{slug}</code>, and {sends ? 'send it rows' : 'ask it'} with the
            tool <code>{sends ? 'send_rows' : 'query_dataset'}</code>
            {agents.tool && ' or with a tool of its own'}.
          </p>
          <ConnectAgent secret="YOUR_TOKEN" />
          <p>
            Put the secret of a token that is assigned to this API in the place of <code>YOUR_TOKEN</code>: it is shown
            only when a token is made or rotated.
          </p>
        </>
      )}
    </Card>
  );
}
