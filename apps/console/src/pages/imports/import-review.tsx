import type { Import } from '@sluice/contracts/catalogue/imports';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { publishImport, refusalOf } from '../../server/imports';
import { isToldAt } from '../../server/problem';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Loaded } from '../../ui/loaded';
import { ProblemNote } from '../../ui/problem-note';
import { Switch } from '../../ui/switch';
import { plural, time } from '../../ui/units';
import { FoundFile } from './found-file';
import css from './imports.module.css';
import { useFoundFile } from './use-found-file';

interface ReviewProps {
  state: Import;
  /** Whether the file was read anew last, not asked to be published. */
  isTrial: boolean;
  onTrial: (isTrial: boolean) => void;
  onDiscard: () => Promise<unknown>;
}

/** Shows what the file would become, to change it, to publish it or to discard it. */
export function ImportReview({ state, isTrial, onTrial, onDiscard }: ReviewProps) {
  const [note, setNote] = useState<string>();
  const [remember, setRemember] = useState(true);
  const publish = useMutation({
    mutationFn: () => publishImport(state.id, { types: found.types, note, remember }),
    onMutate: () => {
      onTrial(false);
      return found.types;
    },
  });
  const found = useFoundFile(state.id, () => {
    publish.reset();
    onTrial(true);
  });
  const discard = useMutation({ mutationFn: onDiscard });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isDecided = discard.isSuccess || (publish.isSuccess && state.error === null);
  const isGoing = publish.isPending || discard.isPending || isDecided || (state.phase !== 'review' && !isTrial);
  const isBusy = isGoing || found.trials.isPending || state.phase !== 'review';
  const error = isBusy ? null : (publish.error ?? (isTrial ? null : refusalOf(state)));
  const isChanged = Object.keys(found.types).length > 0 || note !== undefined;
  return (
    <Loaded query={found.review}>
      {(review) => (
        <div className={css.result}>
          <Card>
            <div className={css.done}>
              <div>
                <h2 ref={heading} tabIndex={-1}>
                  Look it over, then publish
                </h2>
                <p role="status">
                  {plural(review.rowCount, 'row')} with {plural(review.fields.length, 'field')}. Nobody sees them yet;
                  they are kept for you until {time(review.until)}.
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
              value={note ?? review.note}
              onChange={setNote}
            />
            {Object.keys(review.reading).length > 0 && (
              <Switch
                label="Use this reading for later files of this dataset"
                isSelected={remember}
                onChange={setRemember}
              />
            )}
            {error &&
              !isToldAt(
                error,
                review.fields.map(({ name }) => name),
              ) && <ProblemNote error={error} />}
          </Card>
          <FoundFile
            state={state}
            review={review}
            found={found}
            isBusy={isBusy}
            error={error}
            tried={publish.context ?? {}}
          />
          <KeepUnsaved isChanged={isChanged && !isGoing}>
            The file waits until {time(review.until)} on the page of its dataset, but without the types and the note
            that you chose here.
          </KeepUnsaved>
        </div>
      )}
    </Loaded>
  );
}
