import type { Import } from '@sluice/contracts/catalogue/imports';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { publishImport, refusalOf, reviewQuery, type Types } from '../../server/imports';
import { isToldAt } from '../../server/problem';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Loaded } from '../../ui/loaded';
import { ProblemNote } from '../../ui/problem-note';
import { plural, time } from '../../ui/units';
import { RowsGrid } from '../rows/rows-grid';
import { FieldTypes } from './field-types';
import css from './imports.module.css';
import { WarningList } from './warning-list';

interface ReviewProps {
  state: Import;
  onDiscard: () => Promise<unknown>;
}

/** Shows what the file would become: the types found over all of it beside its first rows, to change, publish or discard. */
export function ImportReview({ state, onDiscard }: ReviewProps) {
  const review = useQuery(reviewQuery(state.id));
  const [types, setTypes] = useState<Types>({});
  const [note, setNote] = useState<string>();
  const publish = useMutation({ mutationFn: () => publishImport(state.id, { types, note }) });
  const discard = useMutation({ mutationFn: onDiscard });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isDecided = discard.isSuccess || (publish.isSuccess && state.error === null);
  const isBusy = state.phase !== 'review' || publish.isPending || discard.isPending || isDecided;
  const error = isBusy ? null : (publish.error ?? refusalOf(state));
  return (
    <Loaded query={review}>
      {({ rowCount, fields, rows, warnings, note: startNote, until }) => (
        <div className={css.result}>
          <Card>
            <div className={css.done}>
              <div>
                <h2 ref={heading} tabIndex={-1}>
                  Look it over, then publish
                </h2>
                <p>
                  {plural(rowCount, 'row')} with {plural(fields.length, 'field')}. Nobody sees them yet; they are kept
                  for you until {time(until)}.
                </p>
              </div>
              <div className={css.next}>
                <Button onPress={() => discard.mutate()} isDisabled={isBusy}>
                  Discard
                </Button>
                <Button look="primary" onPress={() => publish.mutate()} isPending={isBusy}>
                  Publish
                </Button>
              </div>
            </div>
            <TextField
              label="Note"
              placeholder="Orders up to March"
              hint="What this version is about; it stands beside its number."
              value={note ?? startNote}
              onChange={setNote}
            />
            <WarningList warnings={warnings} />
            {error &&
              !isToldAt(
                error,
                fields.map(({ name }) => name),
              ) && <ProblemNote error={error} />}
          </Card>
          <div className={css.sideBySide}>
            <Card title="Types" flush>
              <FieldTypes fields={fields} types={types} onTypes={setTypes} error={error} />
            </Card>
            <Card title="First rows" flush>
              <RowsGrid label="First rows" fields={fields} rows={rows} />
            </Card>
          </div>
        </div>
      )}
    </Loaded>
  );
}
