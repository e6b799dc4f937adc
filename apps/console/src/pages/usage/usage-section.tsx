import type { Usage, UsageRange } from '@sluice/contracts/registry/usage';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { fittingRangeQuery, type UsageOf, usageQuery } from '../../server/usage';
import { Card } from '../../ui/card';
import { Chart } from '../../ui/chart';
import { Loaded } from '../../ui/loaded';
import { Skeleton } from '../../ui/skeleton';
import { ToggleGroup } from '../../ui/toggle-group';
import { bytes, count, milliseconds, plural } from '../../ui/units';
import { MostUsed } from './most-used';
import css from './usage.module.css';
import { pointsOf, ranges } from './usage-points';

/** How much, how often and how fast: of everything, or of one API, token or dataset. What stands in it comes below the figures. */
export function UsageSection({
  of,
  title = <h2>Usage</h2>,
  children,
}: {
  of: UsageOf;
  title?: ReactNode;
  children?: ReactNode;
}) {
  const [chosen, setRange] = useState<UsageRange | null>(null);
  const fitting = useQuery({ ...fittingRangeQuery(of), enabled: chosen === null });
  // Where that cannot be told, the figures of a day tell why.
  const range = chosen ?? fitting.data ?? '24h';
  const usage = useQuery({ ...usageQuery(range, of), enabled: chosen !== null || !fitting.isPending });
  return (
    <section className={css.section} aria-label="Usage">
      <div className={css.head}>
        {title}
        <ToggleGroup label="Span of time" choices={ranges} value={range} onChange={setRange} />
      </div>
      <Loaded query={usage} skeleton={<Skeleton height={420} />}>
        {(data) => <Figures usage={data} words={ranges.find(({ id }) => id === range)?.words ?? ''} of={of} />}
      </Loaded>
      <Link to="/requests" search={of} className={css.toLog}>
        All requests of the last 24 hours
      </Link>
      {children}
    </section>
  );
}

function Figures({ usage, words, of }: { usage: Usage; words: string; of: UsageOf }) {
  const { totals } = usage;
  const errors = totals.clientErrors + totals.serverErrors;
  const points = useMemo(() => pointsOf(usage), [usage]);
  const facts = [
    ['Requests', count(totals.requests)],
    ['Rows', count(totals.rows)],
    ['Data', bytes(totals.bytes)],
    ['Query time', milliseconds(totals.queryMs)],
    [
      'Errors',
      errors === 0 ? (
        '0'
      ) : (
        <Failures key="errors" of={of} words={`${count(errors)} (${share(errors, totals.requests)})`} />
      ),
    ],
    ['Median', duration(totals.p50)],
    ['p95', duration(totals.p95)],
    ['p99', duration(totals.p99)],
  ] as const;
  return (
    <>
      <Card>
        <dl className={css.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <div className={css.charts}>
        <Chart
          title="Requests"
          summary={`${plural(totals.requests, 'request')} in ${words}: ${plural(totals.clientErrors, 'client error')}, ${plural(totals.serverErrors, 'server error')}.`}
          times={points.times}
          lines={points.requests}
          format={count}
        />
        <Chart
          title="Answer times"
          summary={
            totals.p50 === null
              ? `No answer in ${words}.`
              : `Median ${duration(totals.p50)}, p95 ${duration(totals.p95)}, p99 ${duration(totals.p99)}.`
          }
          times={points.times}
          lines={points.durations}
          format={milliseconds}
          isLogarithmic
        />
        <Chart
          title="Rows"
          summary={`${plural(totals.rows, 'row')} in ${words}.`}
          times={points.times}
          lines={points.rows}
          format={count}
        />
        <Chart
          title="Data"
          summary={`${bytes(totals.bytes)} in ${words}.`}
          times={points.times}
          lines={points.bytes}
          format={bytes}
        />
      </div>
      <div className={css.pair}>
        {of.apiId === undefined && <MostUsed kind="api" shares={usage.apis} />}
        {of.tokenId === undefined && <MostUsed kind="token" shares={usage.tokens} />}
      </div>
    </>
  );
}

/** The way from a number of errors to what they were. */
function Failures({ of, words }: { of: UsageOf; words: string }) {
  return (
    <Link to="/requests" search={{ ...of, outcome: 'failure' }} title="Failed requests of the last 24 hours">
      {words}
    </Link>
  );
}

const duration = (value: number | null) => (value === null ? '–' : milliseconds(value));
const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
