import type { SeenRequest } from '@sluice/contracts/registry/usage';
import { useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { apisOverQuery } from '../../server/apis';
import { type UsageOf, watchRequests } from '../../server/usage';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import table from '../../ui/table.module.css';
import { TableHead } from '../../ui/table-head';
import { bytes, clock, count, milliseconds } from '../../ui/units';
import { ApiName, TokenName } from './named';
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
          <table className={table.table}>
            <TableHead
              columns={[
                'Time',
                'Status',
                'API',
                ['Token', 'medium'],
                ['Rows', 'medium', 'number'],
                ['Data', 'wide', 'number'],
                ['Took', 'number'],
                ['Request', 'wide'],
              ]}
            />
            <tbody>
              {shown.map(({ at, requestId, method, status, rows, bytes: size, durationMs, ...by }) => (
                <tr key={`${requestId} ${at}`}>
                  <td className={css.clock}>{clock(at)}</td>
                  <td>
                    <Badge tone={status < 400 ? 'good' : status < 500 ? 'warn' : 'bad'}>
                      {by.client === 'mcp' ? 'agent' : method} {status}
                    </Badge>
                  </td>
                  {!apiId && (
                    <td>
                      <ApiName id={by.apiId} />
                    </td>
                  )}
                  {!tokenId && <td className={table.medium}>{by.tokenId ? <TokenName id={by.tokenId} /> : '–'}</td>}
                  <td className={`${table.medium} ${table.number}`}>{count(rows)}</td>
                  <td className={`${table.wide} ${table.number}`}>{bytes(size)}</td>
                  <td className={table.number}>{milliseconds(durationMs)}</td>
                  <td className={table.wide}>
                    <code className={table.soft}>{requestId}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
