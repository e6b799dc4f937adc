import type { Version } from '@sluice/contracts/catalogue/datasets';
import { useState } from 'react';
import type { Row } from '../../server/rows';
import type { Chip } from '../filters/chips';
import { CellViewer } from '../rows/cell-viewer';
import type { GridField } from '../rows/columns';
import { FieldProfileView } from '../rows/field-profile';
import { RowsGrid } from '../rows/rows-grid';
import type { Arranged } from '../rows/use-arrangement';
import { columnActions } from './column-actions';
import css from './explorer.module.css';
import { partChip, valueChip } from './part-chip';
import { sortOf, withSort } from './sorting';
import type { Profiles } from './use-profiles';

/** The rows with what is in each field above them: every part of a profile and every value filters, every cell opens. */
export function ExplorerGrid({
  version: { number, fields },
  rows,
  query,
  onQuery,
  onEnd,
  arranged,
  profiles,
  onChip,
  onFilter,
}: {
  version: Version;
  rows: readonly Row[];
  query: string;
  onQuery: (query: string) => void;
  onEnd: () => void;
  arranged: Arranged;
  /** Null where rows are groups: there is nothing to be said of their columns. */
  profiles: Profiles | null;
  onChip: (chip: Chip) => void;
  /** Asks for a condition on a field. */
  onFilter: (field: string) => void;
}) {
  const [opened, setOpened] = useState<{ row: Row; field: GridField } | null>(null);
  const isField = (name: string) => profiles !== null && fields.some((field) => field.name === name);
  const under = (name: string) => {
    const profile = profiles?.of(name);
    if (profile) {
      const told = { profile, rows: profiles?.rows ?? 0 };
      return <FieldProfileView {...told} onPart={(part) => onChip(partChip(name, part))} />;
    }
    return profiles?.isPending ? <div className={css.waiting}>…</div> : null;
  };
  return (
    <>
      <RowsGrid
        label={`Rows of version ${number}`}
        fields={arranged.shown}
        rows={rows}
        sort={sortOf(query)}
        onSort={(sort) => onQuery(withSort(query, sort))}
        onEnd={onEnd}
        under={profiles ? under : undefined}
        arranged={arranged}
        actionsOf={(column) =>
          columnActions(
            column,
            arranged,
            (sort) => onQuery(withSort(query, sort)),
            isField(column.name) ? () => onFilter(column.name) : undefined,
          )
        }
        onOpen={(row, field) => setOpened({ row, field })}
      />
      {opened && (
        <CellViewer
          {...opened}
          onClose={() => setOpened(null)}
          onFilter={
            isField(opened.field.name)
              ? (value) => {
                  setOpened(null);
                  onChip(valueChip(opened.field.name, value));
                }
              : undefined
          }
        />
      )}
    </>
  );
}
