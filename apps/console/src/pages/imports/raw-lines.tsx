import { Card } from '../../ui/card';
import css from './reading.module.css';

const SHOWN_LINES = 50;

/** The beginning of a text file as it stands, line by line. */
export function RawLines({ text }: { text: string }) {
  const lines = text.split(/\r\n|\n|\r/).slice(0, SHOWN_LINES);
  if (lines.at(-1) === '') lines.pop();
  return (
    <Card title="First lines of the file" flush>
      <section className={css.raw} aria-label="First lines of the file" tabIndex={0}>
        {lines.map((line, index) => (
          // A line has no name but its number.
          // biome-ignore lint/suspicious/noArrayIndexKey: the number is the line's own
          <div key={index} className={css.line}>
            <span className={css.lineNumber}>{index + 1}</span>
            <code>{line === '' ? ' ' : line}</code>
          </div>
        ))}
      </section>
    </Card>
  );
}
