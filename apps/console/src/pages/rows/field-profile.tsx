import type { FieldProfile } from '@sluice/contracts/catalogue/profiles';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { Group } from 'react-aria-components/Group';
import { count } from '../../ui/units';
import css from './field-profile.module.css';
import { barsOf, emptiesOf, type Piece, type ProfilePart, percentOf, valuesOf } from './profile-pieces';

const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at) => at + 1,
  ArrowDown: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * Shows what is in a field at a glance: bars or the most frequent values, empties, and how many values differ. It is one stop of
 * the tab key; arrows go from part to part, and a press filters by one.
 */
export function FieldProfileView({
  profile,
  rows,
  onPart,
}: {
  profile: FieldProfile;
  /** All rows that were looked at. */
  rows: number;
  onPart: (part: ProfilePart) => void;
}) {
  const { name, distinct, isEstimate } = profile;
  const differing = `${isEstimate ? 'about ' : ''}${count(distinct ?? 0)} distinct`;
  const bars = barsOf(profile);
  const values = valuesOf(profile, rows);
  const empties = emptiesOf(profile, rows);
  const pieces: Piece[] = [...bars.flatMap(({ piece }) => piece ?? []), ...values, ...(empties ? [empties] : [])];
  const [current, setCurrent] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const last = pieces.length - 1;
  const stop = Math.min(current, last);
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(step(stop, last), last));
    setCurrent(next);
    frame.current?.querySelectorAll('button')[next]?.focus();
  };
  const button = (piece: Piece, look: string | undefined, content: ReactNode) => (
    <button
      key={piece.name}
      type="button"
      className={look}
      tabIndex={pieces.indexOf(piece) === stop ? 0 : -1}
      aria-label={piece.name}
      title={piece.name}
      onFocus={() => setCurrent(pieces.indexOf(piece))}
      onKeyDown={move}
      onClick={() => onPart(piece.part)}
    >
      {content}
    </button>
  );
  return (
    <Group ref={frame} aria-label={`Profile of ${name}`} className={css.profile}>
      {profile.buckets && (
        <div className={css.bars}>
          {bars.map(({ place, piece }) =>
            piece ? button(piece, css.bar, <span style={{ height: `${piece.share * 100}%` }} />) : <i key={place} />,
          )}
        </div>
      )}
      {values.length > 0 && (
        <div className={css.values}>
          {values.map((value) =>
            button(
              value,
              css.value,
              <>
                <span className={css.share} style={{ width: `${value.share * 100}%` }} />
                <span className={css.text}>{value.text}</span>
                <span className={css.percent} data-share={percentOf(value.share)} />
              </>,
            ),
          )}
        </div>
      )}
      <div className={css.told}>
        {empties ? button(empties, css.empties, empties.text) : <span>0% empty</span>}
        {distinct !== null && <span title={differing}>{differing}</span>}
      </div>
    </Group>
  );
}
