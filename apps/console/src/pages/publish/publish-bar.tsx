import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import type { ImportReview } from '@sluice/contracts/catalogue/imports';
import { type ReactNode, useEffect, useRef } from 'react';
import { isToldAt } from '../../server/problem';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ProblemNote } from '../../ui/problem-note';
import { plural, time } from '../../ui/units';
import css from './publish.module.css';
import { PublishSteps } from './publish-steps';
import type { Made, Step, TokenWanted } from './use-publication';

interface BarProps {
  dataset: Dataset;
  review: Pick<ImportReview, 'rowCount' | 'fields' | 'until'> | undefined;
  made: Made;
  step: Step;
  token: TokenWanted;
  /** The form that its button sends. */
  form: string;
  isBusy: boolean;
  /** What stopped it. */
  error: unknown;
  /** What else can be done. */
  others: ReactNode;
}

/** The button that makes all of it, always in sight, with what it does, what is done of that, and what stopped it. */
export function PublishBar({ dataset, review, made, step, token, form, isBusy, error, others }: BarProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const places: Readonly<Record<Step, readonly string[]>> = {
    check: ['/name', '/path', '/domain'],
    version: review?.fields.map(({ name }) => name) ?? [],
    api: ['/name', '/path', '/domain'],
    token: ['/name'],
  };
  return (
    <div className={css.bar}>
      <Card>
        <div className={css.top}>
          <div className={css.words}>
            <h2 ref={heading} tabIndex={-1} className={css.heading}>
              Look it over, then switch it on
            </h2>
            {made.version !== null && (
              <p className={css.hint}>
                The data is published as version {made.version} of {dataset.name}.
              </p>
            )}
            {review && made.version === null && (
              <p className={css.hint}>
                {plural(review.rowCount, 'row')} with {plural(review.fields.length, 'field')}. Nobody sees them yet;
                they wait for you until {time(review.until)}.
              </p>
            )}
          </div>
          <div className={css.buttons}>
            {others}
            <Button look="primary" type="submit" form={form} isPending={isBusy}>
              Publish and switch on
            </Button>
          </div>
        </div>
        <PublishSteps made={made} step={step} isRunning={isBusy} isFailed={error !== null} token={token} />
        {error !== null && !isToldAt(error, places[step]) && <ProblemNote error={error} />}
      </Card>
    </div>
  );
}
