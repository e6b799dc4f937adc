import { Card } from '../../ui/card';
import css from './reading.module.css';

const SHOWN_LINES = 50;

/** The beginning of a text file as it stands, line by line. */
export function RawLines({ text }: { text: string }) {
  const texts = text.split(/\r\n|\n|\r/).slice(0, SHOWN_LINES);
  if (texts.at(-1) === '') texts.pop();
  const lines = texts.map((line, index) => ({ number: index + 1, line }));
  return (
    <Card title="First lines of the file" flush>
      <section className={css.raw} aria-label="First lines of the file" tabIndex={0}>
        {lines.map(({ number, line }) => (
          <div key={number} className={css.line}>
            <span className={css.lineNumber}>{number}</span>
            <code>{line === '' ? ' ' : line}</code>
          </div>
        ))}
      </section>
    </Card>
  );
}
