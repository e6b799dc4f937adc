import type { Search } from '@sluice/contracts/catalogue/rows';
import type { FaultList } from '../values/fault-list';
import type { View } from '../views/view';
import { searchedFields } from '../views/view-rules';

const MAX_CHARACTERS = 200;
const MAX_WORDS = 10;
const place = { name: '_q' };

/** The words of `_q`, which are looked for in all text fields of the view; null with a fault where there are none. */
export function readSearch(text: string, view: View, faults: FaultList): Search | null {
  const words = text.split(/\s+/u).filter(Boolean);
  const fields = searchedFields(view);
  const before = faults.faults.length;
  if (text.includes('\0')) faults.add(place, 'invalid_value', 'a text cannot contain the character NUL');
  if (words.length === 0) faults.add(place, 'invalid_value', 'write at least one word');
  if (words.length > MAX_WORDS) faults.add(place, 'too_large', `at most ${MAX_WORDS} words`, { max: MAX_WORDS });
  if (text.length > MAX_CHARACTERS) {
    faults.add(place, 'too_large', `at most ${MAX_CHARACTERS} characters`, { max: MAX_CHARACTERS });
  }
  if (fields.length === 0) faults.add(place, 'not_allowed', 'there is no text field to look in');
  return faults.faults.length === before ? { text: words.join(' '), fields } : null;
}
