import type { SeenRequest } from '@sluice/contracts/registry/usage';
import { useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { apisOverQuery } from '../../server/apis';
import { type UsageOf, watchRequests } from '../../server/usage';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable } from '../../ui/data-table';
import { requestColumns } from './request-columns';
import css from './usage.module.css';

const KEPT = 100;

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
            columns={requestColumns({ apiId, tokenId })}
            items={shown}
            keyOf={({ requestId, at }) => `${requestId} ${at}`}
          />
        </section>
      )}
    </Card>
  );
}
