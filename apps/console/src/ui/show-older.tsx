import { Button } from './button';
import css from './log.module.css';

/** The way to what is older than what a log shows; nothing where there is none. */
export function ShowOlder({
  log,
}: {
  log: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}) {
  if (!log.hasNextPage) return null;
  return (
    <div className={css.next}>
      <Button isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
        Show older
      </Button>
    </div>
  );
}
