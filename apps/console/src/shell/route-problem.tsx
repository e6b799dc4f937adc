import { Link, useRouter } from '@tanstack/react-router';
import { Button, buttonClass } from '../ui/button';
import { ProblemNote } from '../ui/problem-note';
import css from './route-problem.module.css';

/** Stands in the place of a page that could not be opened, with the reason. */
export function RouteProblem({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <div className={css.place}>
      <ProblemNote error={error} />
      <Button onPress={() => void router.invalidate()}>Try again</Button>
    </div>
  );
}

export function NotFoundPage() {
  return (
    <div className={css.place}>
      <h1>There is nothing at this address</h1>
      <p>It may have been deleted, or the link is not complete.</p>
      <Link to="/datasets" className={buttonClass('primary')}>
        Go to datasets
      </Link>
    </div>
  );
}
