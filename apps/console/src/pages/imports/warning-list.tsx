import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { Note } from '../../ui/note';

/** Tells what of a file could be read otherwise, or was changed on the way in. */
export function WarningList({ warnings }: { warnings: readonly ImportWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <Note tone="warn">
      {warnings.map((warning) => (
        <p key={`${warning.code} ${warning.field ?? ''} ${warning.detail}`}>{sentenceOf(warning)}</p>
      ))}
    </Note>
  );
}

function sentenceOf(warning: ImportWarning): string {
  const { detail, field } = warning;
  return `${field ? `${field}: ` : ''}${detail}${placeOf(warning)}`;
}

/** Where the first case is, to stand behind the sentence. */
export function placeOf({ line, cell }: ImportWarning): string {
  const place = cell ?? (line === undefined ? '' : `line ${line}`);
  return place ? ` (first: ${place})` : '';
}
