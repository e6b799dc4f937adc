import type { Result } from './browser-database';
import { isNumeric } from './numeric-types';
import css from './query.module.css';

const MAX_BARS = 50;

/** Bars of the first column of numbers, each named by the columns that are none; null where there are no numbers. */
export function ResultChart({ columns, rows }: Result) {
  const measure = columns.find(({ type }) => isNumeric(type));
  if (!measure) return <p className={css.hint}>A chart needs a column of numbers.</p>;
  const names = columns.filter(({ type }) => !isNumeric(type)).map(({ name }) => name);
  const bars = rows.slice(0, MAX_BARS).map((row, index) => {
    const words = names.map((name) => row[name] ?? '–').join(' · ');
    return {
      id: `bar-${index}`,
      name: words || `Row ${index + 1}`,
      text: row[measure.name] ?? '–',
      value: Number(row[measure.name] ?? 0),
    };
  });
  const most = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  return (
    <figure className={css.chart}>
      <figcaption>
        {measure.name}
        {rows.length > MAX_BARS && `, the first ${MAX_BARS} rows`}
      </figcaption>
      <ol>
        {bars.map(({ id, name, text, value }) => (
          <li key={id}>
            <span className={css.barName}>{name}</span>
            <span className={css.bar} aria-hidden="true">
              <span style={{ inlineSize: `${(Math.abs(value) / most) * 100}%` }} />
            </span>
            <span className={css.barValue}>{text}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
