import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { usageQuery } from '../../server/usage';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { Skeleton } from '../../ui/skeleton';
import { Sparkline } from '../../ui/sparkline';
import { plural } from '../../ui/units';
import { pointsOf } from '../usage/usage-points';

/** The requests of the last day as one small line, with the ways to all figures and to what was refused. */
export function TrafficCard({ apiId }: { apiId: string }) {
  const usage = useQuery(usageQuery('24h', { apiId }));
  const values = useMemo(() => (usage.data ? (pointsOf(usage.data).requests[0]?.values ?? []) : []), [usage.data]);
  return (
    <Card
      title="Traffic"
      actions={
        <Link to="/apis/$apiId/usage" params={{ apiId }}>
          All figures
        </Link>
      }
    >
      <Loaded query={usage} skeleton={<Skeleton height={96} />}>
        {({ totals }) => {
          const errors = totals.clientErrors + totals.serverErrors;
          return (
            <>
              <Sparkline values={values} />
              <p>
                {plural(totals.requests, 'request')} in the last 24 hours,{' '}
                {errors === 0 ? (
                  'none refused'
                ) : (
                  <Link to="/requests" search={{ apiId, outcome: 'failure' }}>
                    {plural(errors, 'error')}
                  </Link>
                )}
                .
              </p>
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
