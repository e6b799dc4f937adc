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
import { Switch } from '../../ui/switch';
import { plural, time } from '../../ui/units';
import { RowsGrid } from '../rows/rows-grid';
import { FieldTypes } from './field-types';
import { kindOf } from './file-kind';
import { FileReading } from './file-reading';
import css from './imports.module.css';
import { OptionDialog, type OptionPlace } from './option-dialog';
import { RawLines } from './raw-lines';
import { useReading } from './use-reading';

interface ReviewProps {
  state: Import;
  /** Whether the file was read anew last, not asked to be published. */
  isTrial: boolean;
  onTrial: (isTrial: boolean) => void;
  onDiscard: () => Promise<unknown>;
}

/** Shows what the file would become beside how it stands: to read otherwise, to change its types, to publish or discard. */
export function ImportReview({ state, isTrial, onTrial, onDiscard }: ReviewProps) {
  const review = useQuery(reviewQuery(state.id));
  const [types, setTypes] = useState<Types>({});
  const [note, setNote] = useState<string>();
  const [remember, setRemember] = useState(true);
  const [option, setOption] = useState<OptionPlace | null>(null);
  const [sheets, setSheets] = useState<readonly string[]>([]);
  const open = (place: OptionPlace) => {
    const told = place.warnings.flatMap(({ choices = [] }) => choices);
    // Once somebody chose one, they are told no more.
    if (told.length > 0) setSheets(told);
    setOption(place);
  };
  const publish = useMutation({
    mutationFn: () => publishImport(state.id, { types: typesOf(types, review.data?.fields), note, remember }),
    onMutate: () => onTrial(false),
  });
  const trials = useReading(state.id, () => {
    publish.reset();
    onTrial(true);
  });
  const discard = useMutation({ mutationFn: onDiscard });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isDecided = discard.isSuccess || (publish.isSuccess && state.error === null);
  const isGoing = publish.isPending || discard.isPending || isDecided || (state.phase !== 'review' && !isTrial);
  const isBusy = isGoing || trials.isPending || state.phase !== 'review';
  const error = isBusy ? null : (publish.error ?? (isTrial ? null : refusalOf(state)));
  return (
    <Loaded query={review}>
      {({ rowCount, fields, rows, note: startNote, until, ...found }) => {
        const kind = kindOf(found, state.fileName);
        return (
          <div className={css.result}>
            <Card>
              <div className={css.done}>
                <div>
                  <h2 ref={heading} tabIndex={-1}>
                    Look it over, then publish
                  </h2>
                  <p role="status">
                    {plural(rowCount, 'row')} with {plural(fields.length, 'field')}. Nobody sees them yet; they are kept
                    for you until {time(until)}.
                  </p>
                </div>
                <div className={css.next}>
                  <Button onPress={() => discard.mutate()} isDisabled={isGoing}>
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
              {Object.keys(found.reading).length > 0 && (
                <Switch
                  label="Use this reading for later files of this dataset"
                  isSelected={remember}
                  onChange={setRemember}
                />
              )}
              {error &&
                !isToldAt(
                  error,
                  fields.map(({ name }) => name),
                ) && <ProblemNote error={error} />}
            </Card>
            <FileReading kind={kind} review={found} onOpen={open} isBusy={isBusy} />
            <div className={css.sideBySide}>
              <Card title="Types" flush>
                <FieldTypes
                  fields={fields}
                  types={types}
                  onTypes={setTypes}
                  readings={{ ...found, isOpen: kind !== 'parquet', trials, isBusy, onOpen: open }}
                  error={error}
                />
              </Card>
              <div className={css.result}>
                <Card title="First rows" flush>
                  <RowsGrid label="First rows" fields={fields} rows={rows} />
                </Card>
                {found.lines !== '' && <RawLines text={found.lines} />}
              </div>
            </div>
            {option && (
              <OptionDialog
                place={option}
                names={option.option === 'sheet' ? sheets : []}
                trials={trials}
                onClose={() => setOption(null)}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

/** The types that were chosen, of fields that are still there: another reading may have other columns. */
function typesOf(types: Types, fields: readonly { name: string }[] = []): Types {
  return Object.fromEntries(Object.entries(types).filter(([field]) => fields.some(({ name }) => name === field)));
}
