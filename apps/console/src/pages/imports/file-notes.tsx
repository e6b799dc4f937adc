import type { Version } from '@sluice/contracts/catalogue/datasets';
import { Fold } from '../../ui/fold';
import { plural } from '../../ui/units';
import css from './reading.module.css';
import { ReadingFacts } from './reading-facts';
import { WarningList } from './warning-list';

/** How the file of a version was read, and what was told of it then. */
export function FileNotes({ reading, warnings }: Pick<Version, 'reading' | 'warnings'>) {
  if (reading === null && warnings.length === 0) return null;
  const told = warnings.length > 0 ? ` (${plural(warnings.length, 'warning')})` : '';
  return (
    <div className={css.ofVersion}>
      <Fold title={`How its file was read${told}`} level={2}>
        {reading && <ReadingFacts reading={reading} />}
        <WarningList warnings={warnings} />
      </Fold>
    </div>
  );
}
