import { RotateCcw } from 'lucide-react';
import { messageOf } from '../../server/problem';
import { Button } from '../../ui/button';
import { plural } from '../../ui/units';
import css from './explorer.module.css';
import type { Profiles } from './use-profiles';

/** Tells where profiles are missing and how to get them: the rows are there all the same. */
export function ProfileNote({ profiles: { error, isPending, retry, left, more } }: { profiles: Profiles }) {
  if (error !== null && !isPending) {
    const { title, detail } = messageOf(error);
    return (
      <p className={css.profiles} role="alert">
        What is in the fields could not be found out: {detail || title}
        <Button look="quiet" onPress={retry}>
          <RotateCcw aria-hidden="true" />
          Ask again
        </Button>
      </p>
    );
  }
  if (left === 0) return null;
  return (
    <p className={css.profiles}>
      {plural(left, 'field')} {left === 1 ? 'has' : 'have'} not been looked at yet.
      <Button look="quiet" isPending={isPending} onPress={more}>
        Look at more
      </Button>
    </p>
  );
}
