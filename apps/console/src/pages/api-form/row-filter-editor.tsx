import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { stringify } from 'lossless-json';
import { messageOf, Refusal } from '../../server/problem';
import { FieldGroup, TextField } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { count, listed, plural } from '../../ui/units';
import { FilterChips } from '../filters/filter-chips';
import { readTree, treeText } from '../filters/tree-chips';
import { type Draft, rowFilterFault } from './draft';
import { faultsUnder } from './faults-under';
import { type StayingRows, useStayingRows } from './use-staying-rows';

interface RowFilterProps {
  draft: Draft;
  change: (part: Pick<Draft, 'rowFilter'>) => void;
  faults: readonly Fault[];
  /** All fields of the dataset, also those that are hidden. */
  fields: readonly Field[];
}

/** Builds the filter that always holds, by chips or as JSON, and tells how many rows it leaves. */
export function RowFilterEditor({ draft, change, faults, fields }: RowFilterProps) {
  const { rowFilter } = draft;
  const staying = useStayingRows(draft);
  const unreadable = rowFilterFault(rowFilter);
  const tree = readTree(rowFilter, fields);
  const sent = faultsUnder(faults, '/rowFilter');
  const counted = staying.error instanceof Refusal ? staying.error.faults : [];
  const told: readonly Fault[] = unreadable
    ? [{ in: 'body', pointer: '/rowFilter', code: 'not_json', detail: unreadable }]
    : sent.length > 0
      ? sent
      : counted;
  const byHand = tree && Object.keys(tree.rest).length > 0 ? (stringify(tree.rest) ?? '') : '';
  return (
    <FieldGroup
      legend="Rows that it shows"
      hint="Always holds, whatever is asked for, also over fields that are hidden."
    >
      {tree && (
        <FilterChips
          fields={fields}
          chips={tree.chips}
          onChips={(chips) => change({ rowFilter: treeText({ ...tree, chips }) })}
          parameters={draft.parameters.map(({ name }) => name).filter((name) => name !== '')}
          byHand={byHand}
          onForget={() => change({ rowFilter: treeText({ ...tree, rest: {} }) })}
        />
      )}
      <TextField
        label="Row filter"
        placeholder={'{"region": {"eq": {"$param": "area"}}}'}
        value={rowFilter}
        onChange={(text) => change({ rowFilter: text })}
        faults={told}
        rows={4}
        mono
      />
      {unreadable === null && rowFilter.trim() !== '' && (
        <span className={fieldCss.hint} role="status">
          {wordsOf(staying)}
        </span>
      )}
    </FieldGroup>
  );
}

function wordsOf({ stay, all, open, error }: StayingRows): string {
  if (open.length > 0) {
    return `How many rows stay depends on ${listed(open)}: give ${open.length === 1 ? 'it a default' : 'them defaults'} to see.`;
  }
  if (error instanceof Refusal && error.faults.length > 0) return '';
  if (error) return `How many rows stay could not be found out: ${messageOf(error).detail || messageOf(error).title}`;
  return stay === undefined || all === undefined ? '…' : `${count(stay)} of ${plural(all, 'row')} stay`;
}
