import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from './button';
import css from './loaded.module.css';
import { ProblemNote } from './problem-note';
import { SkeletonRows } from './skeleton';

/** Shows what was asked for: its shape while it is on its way, the thing itself, or why it did not come. */
export function Loaded<Data>({
  query,
  skeleton = <SkeletonRows />,
  children,
}: {
  query: UseQueryResult<Data>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (!query.error) return skeleton;
  return (
    <div className={css.problem}>
      <ProblemNote error={query.error} isAskedAgain />
      <Button onPress={() => void query.refetch()}>Try again</Button>
    </div>
  );
}
