import type { SeenRequest } from '@sluice/contracts/registry/usage';
import { useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { apisOverQuery } from '../../server/apis';
import { type UsageOf, watchRequests } from '../../server/usage';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { type Column, DataTable } from '../../ui/data-table';
import table from '../../ui/table.module.css';
import { bytes, clock, count, milliseconds } from '../../ui/units';
import { ApiName, TokenName } from './named';
import css from './usage.module.css';

const KEPT = 100;

const apiColumn: Column<SeenRequest> = { label: 'API', cell: ({ apiId }) => <ApiName id={apiId} /> };
const tokenColumn: Column<SeenRequest> = {
  label: 'Token',
  looks: ['medium'],
  cell: ({ tokenId }) => (tokenId ? <TokenName id={tokenId} /> : '–'),
};

/** Requests as they are answered. While it is paused nothing is asked for, and nothing moves. */
export function LiveTail({ of }: { of: UsageOf }) {
  const [paused, setPaused] = useState(false);
  const [open, setOpen] = useState(false);
  const [seen, setSeen] = useState<readonly SeenRequest[]>([]);
  const { apiId, tokenId, datasetId } = of;
  const { data: apis } = useQuery({ ...apisOverQuery(datasetId ?? ''), enabled: datasetId !== undefined });
  useEffect(() => {
    if (paused) return;
    const stop = watchRequests(
      { apiId, tokenId },
      (request) => setSeen((before) => [request, ...before].slice(0, KEPT)),
      () => setOpen(true),
    );
    return () => {
      stop();
      setOpen(false);
    };
  }, [paused, apiId, tokenId]);
  // The stream knows APIs and tokens alone.
  const shown = seen.filter((request) => !datasetId || apis?.some(({ id }) => id === request.apiId));
  return (
    <Card
      title="Live"
      flush
      actions={
        <div className={css.state}>
          <Badge tone={open ? 'good' : 'plain'}>{paused ? 'paused' : open ? 'listening' : 'connecting'}</Badge>
          <Button look="quiet" onPress={() => setPaused(!paused)}>
            {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
            {paused ? 'Go on' : 'Pause'}
          </Button>
        </div>
      }
    >
      {shown.length === 0 ? (
        <p className={css.none}>Requests stand here as they are answered, at all gateways together.</p>
      ) : (
        <section className={css.tail} aria-label="Live requests" tabIndex={0}>
          <DataTable
            columns={[
              { label: 'Time', cell: ({ at }) => <span className={css.clock}>{clock(at)}</span> },
              {
                label: 'Status',
                cell: ({ client, method, status }) => (
                  <Badge tone={status < 400 ? 'good' : status < 500 ? 'warn' : 'bad'}>
                    {client === 'mcp' ? 'agent' : method} {status}
                  </Badge>
                ),
              },
              ...(apiId ? [] : [apiColumn]),
              ...(tokenId ? [] : [tokenColumn]),
              { label: 'Rows', looks: ['medium', 'number'], cell: ({ rows }) => count(rows) },
              { label: 'Data', looks: ['wide', 'number'], cell: ({ bytes: size }) => bytes(size) },
              { label: 'Took', looks: ['number'], cell: ({ durationMs }) => milliseconds(durationMs) },
              {
                label: 'Request',
                looks: ['wide'],
                cell: ({ requestId }) => <code className={table.soft}>{requestId}</code>,
              },
            ]}
            items={shown}
            keyOf={({ requestId, at }) => `${requestId} ${at}`}
          />
        </section>
      )}
    </Card>
  );
}
