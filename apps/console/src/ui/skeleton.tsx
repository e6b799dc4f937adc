import css from './skeleton.module.css';

/** The shape of what is on its way, so that nothing jumps when it comes. */
export function Skeleton({ width = '100%', height = 16 }: { width?: string | number; height?: number }) {
  return <span aria-hidden="true" className={css.bone} style={{ width, height }} />;
}

export function SkeletonRows({ rows = 6, height = 52 }: { rows?: number; height?: number }) {
  return (
    <div role="status" aria-label="Loading" className={css.rows}>
      {Array.from({ length: rows }, (_, row) => row + 1).map((row) => (
        <div key={row} className={css.row} style={{ height }}>
          <Skeleton width={`${38 - (row % 3) * 6}%`} />
          <Skeleton width="14%" />
          <Skeleton width="10%" />
        </div>
      ))}
    </div>
  );
}
