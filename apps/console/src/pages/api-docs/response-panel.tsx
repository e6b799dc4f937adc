import type { TestedApi } from '@sluice/contracts/gateway/api-test';
import { Play } from 'lucide-react';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { EmptyState } from '../../ui/empty-state';
import { Fold } from '../../ui/fold';
import { JsonTree } from '../../ui/json-tree';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { Skeleton } from '../../ui/skeleton';
import { bytes, milliseconds } from '../../ui/units';
import css from './api-docs.module.css';
import { useAxiosRequest } from './use-axios-request';

interface PanelProps {
  apiId: string;
  query: string;
  /** The rows of a POST API. */
  body: string | null;
  tested: TestedApi | undefined;
  error: unknown;
  isPending: boolean;
  /** The request was changed since this was its answer. */
  isOld: boolean;
}

/** Shows the answer as a consumer gets it. */
export function ResponsePanel({ apiId, query, body, tested, error, isPending, isOld }: PanelProps) {
  const axios = useAxiosRequest(apiId, query, body);
  const response = tested?.response;
  return (
    <Card
      title="Response"
      actions={
        <div className={css.copies}>
          <CopyButton text={axios} label="COPY AXIOS REQUEST" />
          <CopyButton text={response?.body ?? ''} label="COPY JSON RESPONSE" isDisabled={!response} />
        </div>
      }
      flush
    >
      <div aria-live="polite" aria-busy={isPending}>
        {isOld && !isPending && (
          <div className={css.pad}>
            <Note tone="warn">The request has changed since: this is the answer to the earlier one.</Note>
          </div>
        )}
        {error !== null && !isPending && (
          <div className={css.pad}>
            <ProblemNote error={error} />
          </div>
        )}
        {isPending && !response && (
          <div className={css.pad}>
            <Skeleton height={320} />
          </div>
        )}
        {response && (
          <dl className={css.figures}>
            <div>
              <dt>Status</dt>
              <dd>
                <Badge tone={response.status < 400 ? 'good' : 'bad'}>{response.status}</Badge>
              </dd>
            </div>
            <div>
              <dt>Time</dt>
              <dd>{milliseconds(response.durationMs)}</dd>
            </div>
            <div>
              <dt>Size</dt>
              <dd>{bytes(new TextEncoder().encode(response.body).length)}</dd>
            </div>
          </dl>
        )}
      </div>
      {response && (
        <>
          <div className={css.headers}>
            <Fold title="Headers" level={3}>
              <dl className={css.header}>
                {Object.entries(response.headers).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>
                      <code>{value}</code>
                    </dd>
                  </div>
                ))}
              </dl>
            </Fold>
          </div>
          <JsonTree key={response.body} text={response.body} label="JSON response" />
        </>
      )}
      {!response && !isPending && error === null && (
        <EmptyState picture={Play} title="Nothing asked yet">
          Fill in what you like and press Test API, or Enter. The request runs in the gateway with the token that you
          chose; its secret is not needed here.
        </EmptyState>
      )}
    </Card>
  );
}
