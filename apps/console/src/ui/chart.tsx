import { lazy, Suspense, useState } from 'react';
import { fetched } from '../server/connection';
import { Button } from './button';
import { Card } from './card';
import css from './chart.module.css';
import { type Column, DataTable } from './data-table';
import type { PlotLine } from './plot';
import { Skeleton } from './skeleton';
import { dateTime } from './units';

/** The drawing comes when the first chart is shown. */
const Plot = lazy(async () => ({ default: (await fetched(() => import('./plot'))).Plot }));

/** A chart for the eye, the same in words for everybody, and every value as a table for whoever asks. */
export function Chart({
  title,
  summary,
  times,
  lines,
  format,
  isLogarithmic,
}: {
  title: string;
  summary: string;
  times: readonly number[];
  lines: readonly PlotLine[];
  format: (value: number) => string;
  /** Each step up is ten times as much: small values stay readable beside large ones. */
  isLogarithmic?: boolean;
}) {
  const [asTable, setAsTable] = useState(false);
  return (
    <Card
      title={title}
      actions={
        <Button
          look="quiet"
          aria-label={`${title} as a ${asTable ? 'chart' : 'table'}`}
          onPress={() => setAsTable(!asTable)}
        >
          {asTable ? 'Chart' : 'Table'}
        </Button>
      }
    >
      <p className={css.summary}>
        {summary}
        {isLogarithmic && !asTable && ' Each line of the grid is ten times the one below.'}
      </p>
      {asTable ? (
        <ValuesTable title={title} times={times} lines={lines} format={format} />
      ) : (
        <>
          <Suspense fallback={<Skeleton height={180} />}>
            <Plot times={times} lines={lines} format={format} isLogarithmic={isLogarithmic} />
          </Suspense>
          {lines.length > 1 && (
            <p className={css.keys} aria-hidden="true">
              {lines.map(({ name, colour }) => (
                <span key={name}>
                  <span className={`${css.key} ${css[colour]}`} />
                  {name}
                </span>
              ))}
            </p>
          )}
        </>
      )}
    </Card>
  );
}

/** Points without a value are left out. */
function ValuesTable({
  title,
  times,
  lines,
  format,
}: {
  title: string;
  times: readonly number[];
  lines: readonly PlotLine[];
  format: (value: number) => string;
}) {
  const known = times
    .map((at, index) => ({ at, index }))
    .filter(({ index }) => lines.some(({ values }) => values[index]));
  return (
    <section className={css.values} aria-label={`${title}, values`} tabIndex={0}>
      <DataTable
        columns={[
          { label: 'From', cell: ({ at }) => dateTime(new Date(at * 1_000).toISOString()) },
          ...lines.map(
            ({ name, values }): Column<(typeof known)[number]> => ({
              label: name,
              looks: ['number'],
              cell: ({ index }) => format(values[index] ?? 0),
            }),
          ),
        ]}
        items={known.reverse()}
        keyOf={({ at }) => at}
      />
    </section>
  );
}
