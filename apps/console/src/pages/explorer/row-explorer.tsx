import type { Version } from '@sluice/contracts/catalogue/datasets';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useCallback, useState } from 'react';
import { rowsQuery } from '../../server/rows';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { SkeletonRows } from '../../ui/skeleton';
import { type Chip, withChip } from '../filters/chips';
import { FilterChips } from '../filters/filter-chips';
import { FilterDialog } from '../filters/filter-dialog';
import { queryOf, readQuery, withoutHandwritten, writtenByHand } from '../filters/query-chips';
import { useArrangement } from '../rows/use-arrangement';
import { DownloadMenu } from './download-menu';
import css from './explorer.module.css';
import { ExplorerGrid } from './explorer-grid';
import { ProfileNote } from './profile-note';
import { QueryLine } from './query-line';
import { isGrouped, shownFields, stayingRows } from './shown';
import { useProfiles } from './use-profiles';

/** A look into a version: any filter and order that its endpoint would take. `query` is the one state of all that is asked. */
export function RowExplorer({
  version,
  query,
  onQuery,
}: {
  version: Version;
  query: string;
  onQuery: (query: string) => void;
}) {
  const { fields } = version;
  const [filtering, setFiltering] = useState<string | null>(null);
  const rows = useInfiniteQuery({ ...rowsQuery(version, query), placeholderData: keepPreviousData });
  const { fetchNextPage, hasNextPage, isFetchingNextPage, error } = rows;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  const list = error ? [] : (rows.data?.pages.flatMap(({ data }) => data) ?? []);
  const arranged = useArrangement(version.datasetId, shownFields(fields, list[0]));
  const isOfFields = !isGrouped(query) && arranged.shown.length > 0;
  // The rows come first: what is asked about fields waits for them, and fails by itself.
  const profiles = useProfiles(version, isOfFields);
  const total = rows.data?.pages[0]?.page.total;
  const asked = readQuery(query, fields);
  const onChips = (chips: readonly Chip[]) => onQuery(queryOf({ ...asked, chips: [...chips] }));
  const add = (chip: Chip) => onChips(withChip(asked.chips, chip));
  return (
    <div className={css.explorer}>
      <FilterChips
        fields={fields}
        chips={asked.chips}
        onChips={onChips}
        byHand={writtenByHand(asked)}
        onForget={() => onQuery(queryOf(withoutHandwritten(asked)))}
      />
      <QueryLine key={query} query={query} onQuery={onQuery} error={error} />
      <Card
        flush
        title={
          <span className={css.count} role="status">
            {total === undefined || error ? 'Rows' : stayingRows(Number(total), version, query, profiles.rows)}
          </span>
        }
        actions={
          <div className={css.actions}>
            {arranged.isChanged && (
              <Button look="quiet" onPress={arranged.reset}>
                <RotateCcw aria-hidden="true" />
                Reset columns{arranged.hidden > 0 && ` (${arranged.hidden} hidden)`}
              </Button>
            )}
            <DownloadMenu version={version} query={query} />
          </div>
        }
      >
        {isOfFields && <ProfileNote profiles={profiles} />}
        {rows.isPending ? (
          <SkeletonRows rows={12} height={36} />
        ) : list.length > 0 ? (
          <ExplorerGrid
            version={version}
            rows={list}
            query={query}
            onQuery={onQuery}
            onEnd={more}
            arranged={arranged}
            profiles={isOfFields ? profiles : null}
            onChip={add}
            onFilter={setFiltering}
          />
        ) : (
          <p className={css.none}>{error ? 'Fix the query to see rows.' : 'No row fits this filter.'}</p>
        )}
      </Card>
      {filtering !== null && (
        <FilterDialog
          fields={fields}
          start={null}
          field={filtering}
          onClose={() => setFiltering(null)}
          onChip={(chip) => {
            setFiltering(null);
            add(chip);
          }}
        />
      )}
    </div>
  );
}
