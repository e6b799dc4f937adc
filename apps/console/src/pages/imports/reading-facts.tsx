import type { Reading } from '@sluice/contracts/catalogue/reading';
import css from './reading.module.css';
import { saidWords } from './reading-options';

/** What a reading says, one line for each option. */
export function ReadingFacts({ reading }: { reading: Reading }) {
  return (
    <dl className={css.facts}>
      {saidWords(reading).map(({ of, label, words }) => (
        <div key={`${of ?? ''} ${label}`}>
          <dt>
            {label}
            {of !== null && ` of ${of}`}
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
