import css from './sparkline.module.css';

const WIDTH = 100;
const HEIGHT = 24;

/** A line without axes, from 0 to the largest value: whoever uses it tells in words what it says. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const points = values.map(
    (value, index) =>
      `${(WIDTH * index) / Math.max(1, values.length - 1)},${HEIGHT - ((HEIGHT - 2) * (value ?? 0)) / top - 1}`,
  );
  return (
    <svg className={css.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
